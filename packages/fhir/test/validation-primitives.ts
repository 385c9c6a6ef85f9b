/** Values of each primitive type (FHIR R4 §2.24.0.1) that are right, and that are not. */
export const PRIMITIVES: Readonly<
  Record<string, { readonly right: readonly unknown[]; readonly wrong: readonly unknown[] }>
> = {
  boolean: { right: [true, false], wrong: ["true", 1, 0] },
  decimal: {
    right: [0, -0.5, 1e-7, 1e300],
    wrong: ["1.0", Number.NaN, Number.POSITIVE_INFINITY, true],
  },
  integer: { right: [0, -2147483648, 2147483647], wrong: [2147483648, -2147483649, 0.5, "1", Number.NaN] },
  unsignedInt: { right: [0, 2147483647], wrong: [-1, 2147483648, 1.5] },
  positiveInt: { right: [1, 2147483647], wrong: [0, -1, 2147483648] },
  string: {
    right: ["x", " x ", "a\tb\r\nc", "मुँह", "👄", "x".repeat(1_048_576)],
    wrong: ["", "\t \r\n", "a\u0000b", "a\u000bb", "\ud83d", "a\udc44", "x".repeat(1_048_577), 1],
  },
  markdown: { right: ["# x\n\n* y"], wrong: ["", "\n", "\u0007"] },
  id: { right: ["a", "A-1.b", "0".repeat(64)], wrong: ["", "a_b", "a b", "a/b", "0".repeat(65), "é", "a\n"] },
  code: {
    right: ["a", "a b", "http://x|y", "é", "a b c"],
    wrong: ["", " a", "a ", "a  b", "\ta", "a\n", "a\u0007", 1],
  },
  uri: {
    right: ["urn:x", "#a", "http://example.org/é?x=y|z", "a"],
    wrong: ["", "a b", "a\n", " a", "a\u0000", "a\u00a0b"],
  },
  url: { right: ["https://example.org/x"], wrong: ["", "https://example.org/ x"] },
  canonical: { right: ["http://example.org/Q|1.0#x"], wrong: ["", "a b"] },
  oid: {
    right: ["urn:oid:1.2.3", "urn:oid:2.16.840.1.113883", "urn:oid:0.0"],
    wrong: ["1.2.3", "urn:oid:3.1", "urn:oid:1.02", "urn:oid:1", "urn:oid:1."],
  },
  uuid: {
    right: ["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"],
    wrong: [
      "c757873d-ec9a-4326-a141-556f43239520",
      "urn:uuid:C757873D-EC9A-4326-A141-556F43239520",
      "urn:uuid:c757873d",
    ],
  },
  base64Binary: {
    right: ["AAAA", "QQ==", "QUI=", "QUJD\nQUJD", "QQ ==\n"],
    wrong: ["", "A", "AAA", "QUJ%", "QQ--", "é"],
  },
  date: {
    right: ["1970", "1970-01", "1970-01-31", "2024-02-29", "2000-02-29", "0001", "9999-12-31"],
    wrong: [
      "0000",
      "70",
      "1970-1",
      "1970-13",
      "1970-00",
      "1970-01-32",
      "1970-01-00",
      "2023-02-29",
      "1900-02-29",
      "2024-04-31",
      "1970-01-01T00:00:00Z",
      "1970-01-01\n",
      "١٩٧٠",
    ],
  },
  dateTime: {
    right: [
      "1970",
      "1970-01",
      "1970-01-31",
      "1970-01-31T00:00:00Z",
      "1970-01-31T23:59:60.123456789012+14:00",
      "1970-01-31T23:59:59-13:59",
    ],
    wrong: [
      "1970-01-31T",
      "1970-01-31T10",
      "1970-01-31T10:00",
      "1970-01-31T10:00Z",
      "1970-01-31T10:00:00",
      "1970-01-31T24:00:00Z",
      "1970-01-31T10:60:00Z",
      "1970-01-31T10:00:61Z",
      "1970-01-31T10:00:00.Z",
      "1970-01-31T10:00:00+14:01",
      "1970-01-31T10:00:00+15:00",
      "1970-01-31 10:00:00Z",
      "1970-02-30T10:00:00Z",
      "1970-01-31t10:00:00z",
      "1970Z",
    ],
  },
  instant: {
    right: ["2015-02-07T13:28:17.239+02:00", "2017-01-01T00:00:00Z"],
    wrong: ["2017", "2017-01-01", "2017-01-01T00:00:00", "2017-02-29T00:00:00Z"],
  },
  time: {
    right: ["00:00:00", "23:59:59.9999999999", "23:59:60"],
    wrong: ["24:00:00", "1:00:00", "12:00", "12:00:00Z", "12:60:00"],
  },
};
