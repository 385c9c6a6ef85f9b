import { expect, it } from "vitest";
import { handlingOf, readPreferences } from "../src/prefer.ts";

it.each([
  ["handling=lenient", "lenient"],
  ["respond-async, handling=lenient", "lenient"],
  ["respond-async,handling=lenient;x=1", "lenient"],
  ['handling="lenient"', "lenient"],
  ['Handling = "LENIENT"', "lenient"],
  ['x="a,b\\",c", handling=lenient', "lenient"],
  ["handling=lenient, handling=strict", "lenient"],
  ["handling=strict, handling=lenient", "strict"],
  ["x-handling=lenient", "strict"],
  ["handling=lenient-ish", "strict"],
  ["handling", "strict"],
  ["respond-async;handling=lenient", "strict"],
  ['x="handling=lenient"', "strict"],
  ['x="a, handling=lenient', "strict"],
  ["", "strict"],
  [undefined, "strict"],
])("Prefer: %s is %s", (header, handling) => {
  expect(handlingOf(readPreferences(header))).toBe(handling);
});

it("has the names of preferences in small letters, and their values, of which there may be none", () => {
  expect([...readPreferences('Respond-Async, wait=10; x=2, return="minimal", =, y=""')]).toEqual([
    ["respond-async", ""],
    ["wait", "10"],
    ["return", "minimal"],
    ["y", ""],
  ]);
});

it("is read in time that grows with its length", () => {
  const started = performance.now();
  for (const part of ['"', '",', '\\"', "a=", " ", "a ;"]) readPreferences(part.repeat(20_000));
  expect(performance.now() - started).toBeLessThan(1000);
});
