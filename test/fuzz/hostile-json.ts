import fc from "fast-check";

/**
 * Stands in every value that a client sends: no refusal, header or log line may hold it. It has a digit, as no name of a
 * parameter has: a name that looks like one is told, so that its writer finds it.
 */
export const SENT = "Zyxwq7sent";
/** Stands in every value of a person at the programme's server: nothing that an analyst receives may hold it. */
export const IDENTIFYING = "Zyxwqperson";

const SHAPES: readonly ((mark: string) => string)[] = [
  (mark) => mark,
  (mark) => `http://loinc.org|${mark}`,
  (mark) => `Patient/${mark}`,
  (mark) => `https://evil.example/${mark}`,
  (mark) => `ge2025-01-${mark}`,
  (mark) => `2025-01-01T00:00:00Z${mark}`,
  (mark) => `Patient?name=${mark}`,
  (mark) => `${mark}\u0000\r\nX-Evil: ${mark}`,
  (mark) => `"${mark}'\\<script>`,
  (mark) => `${mark},,\\,$|${mark}`,
  (mark) => `${mark}\ud800`,
  (mark) => `${mark}${"9".repeat(400)}`,
  (mark) => `-${mark}:exact.name`,
];

/** A text with the mark in it, in the shapes that parsers look for. */
export function marked(mark: string): fc.Arbitrary<string> {
  return fc.constantFrom(...SHAPES).map((shape) => shape(mark));
}

const KEYS = [
  ..."resourceType id meta name value valueString valueReference reference part parameter extension url".split(
    " ",
  ),
  ..."__proto__ constructor toString hasOwnProperty entry link contained text identifier display".split(" "),
];

/** Any JSON value whose texts hold the mark. */
export function hostileJson(mark: string): fc.Arbitrary<unknown> {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      marked(mark),
      fc.constantFrom(null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, ""),
      fc.array(tie("value"), { maxLength: 3 }),
      fc
        .array(fc.tuple(fc.constantFrom(...KEYS), tie("value")), { maxLength: 4 })
        .map((pairs) => Object.fromEntries(pairs)),
    ),
  }));
  return value;
}

/** What becomes of a JSON text on its way: cut off, doubled, with a member twice, deep, or not UTF-8's. */
export function damaged(text: string, mark: string): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 20, arbitrary: fc.constant(text) },
    fc.nat(text.length).map((end) => text.slice(0, end)),
    fc.nat(text.length).map((at) => `${text.slice(0, at)}\u0000${text.slice(at)}`),
    fc.constantFrom(
      text + text,
      text.replaceAll('{"', `{"id":"${mark}","resourceType":"Bundle","`),
      text.replaceAll('"resourceType"', '"resourceType":"Patient","resourceType"'),
      `${"[".repeat(5000)}${text}`,
      `\ufeff${text}`,
      "",
    ),
  );
}
