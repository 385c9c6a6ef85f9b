import { describe, expect, it } from "vitest";
import {
  ConfigError,
  choice,
  configured,
  isStringMap,
  list,
  mandatory,
  optional,
  optionalNumber,
  readBoolean,
  readJson,
  readList,
  readNumber,
  readOrigin,
  readSettings,
  readUrl,
  required,
  text,
  truth,
  wholeNumber,
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

const DEFINED = {
  MINUTES: wholeNumber({ unit: "min", fallback: 60, least: 1, most: 1440, meaning: "" }),
  LEAST: optionalNumber({ unit: "patients", least: 2, most: 9, meaning: "" }),
  MODE: choice(["open", "shut"], { meaning: "" }),
  STRICT: truth({ meaning: "" }),
  NAME: text({ meaning: "" }),
  ADDRESS: mandatory("URL", readUrl, { meaning: "" }),
  HOOK: optional("URL", readUrl, { meaning: "" }),
  ORIGINS: list("origins", readOrigin, { meaning: "" }),
};

describe("defined settings", () => {
  it("have their defaults where nothing is set", () => {
    expect(readSettings(DEFINED, { ADDRESS: "https://a.example", MODE: "" })).toEqual({
      MINUTES: 60,
      LEAST: undefined,
      MODE: "open",
      STRICT: false,
      NAME: "",
      ADDRESS: "https://a.example",
      HOOK: undefined,
      ORIGINS: [],
    });
  });

  it("are read by what they are", () => {
    const texts = {
      MINUTES: "5",
      LEAST: "3",
      MODE: "shut",
      STRICT: "true",
      NAME: "n",
      ORIGINS: "https://o.example",
    };
    expect(
      readSettings(DEFINED, { ...texts, ADDRESS: "https://a.example", HOOK: "http://b.example" }),
    ).toEqual({
      MINUTES: 5,
      LEAST: 3,
      MODE: "shut",
      STRICT: true,
      NAME: "n",
      ADDRESS: "https://a.example",
      HOOK: "http://b.example",
      ORIGINS: ["https://o.example"],
    });
  });

  it.each([
    [{ MINUTES: "secret" }, "MINUTES"],
    [{ LEAST: "1" }, "LEAST"],
    [{ MODE: "secret" }, "MODE"],
    [{ ADDRESS: "" }, "ADDRESS"],
    [{ HOOK: "secret" }, "HOOK"],
    [{ ORIGINS: "https://o.example/secret" }, "ORIGINS"],
  ])("name the one that cannot be used, and not its value: %j", (change, setting) => {
    const read = () => readSettings(DEFINED, { ADDRESS: "https://a.example", ...change });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`^${setting}: (?!.*secret)`));
  });
});
