import { describe, expect, it } from "vitest";
import {
  ConfigError,
  configured,
  isStringMap,
  readBoolean,
  readJson,
  readList,
  readNumber,
  readOrigin,
  readUrl,
  required,
} from "../src/index.ts";

describe("settings", () => {
  it.each([
    ["a number", () => readNumber("A_SETTING", "secret", 1, 0, 5)],
    ["a number beyond its bounds", () => readNumber("A_SETTING", "6", 1, 0, 5)],
    ["a fraction", () => readNumber("A_SETTING", "1.5", 1, 0, 5)],
    ["JSON", () => readJson("A_SETTING", "{secret", isStringMap)],
    ["JSON of another shape", () => readJson("A_SETTING", '{"a":1}', isStringMap)],
    ["an address", () => readUrl("A_SETTING", "ftp://secret.example")],
    ["an origin", () => readOrigin("A_SETTING", "https://a.example/secret")],
    ["a truth", () => readBoolean("A_SETTING", "secret")],
    ["what has to be there", () => required("A_SETTING", "")],
    [
      "what another package refuses",
      () =>
        configured(() => {
          throw new Error("A_SETTING: is wrong");
        }),
    ],
  ])("name the setting and never its value: %s", (_, read) => {
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/^A_SETTING: (?!.*secret)/);
  });

  it("have defaults where nothing is set", () => {
    expect(readNumber("A", "", 7, 0, 9)).toBe(7);
    expect(readBoolean("A", "")).toBe(false);
    expect(readList("")).toEqual([]);
  });

  it("are read as they are documented", () => {
    expect(readNumber("A", "3", 7, 0, 9)).toBe(3);
    expect(readBoolean("A", "true")).toBe(true);
    expect(readList("a, b\nc")).toEqual(["a", "b", "c"]);
    expect(readOrigin("A", "https://a.example:8443/")).toBe("https://a.example:8443");
    expect(readJson("A", '{"a":"b"}', isStringMap)).toEqual({ a: "b" });
  });
});
