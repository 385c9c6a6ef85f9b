import type { EdgeError } from "@aarohan/contract";

/** JSON in well-formed UTF-8; throws what `malformed` makes of anything else. */
export function parsedJson(bytes: Uint8Array, malformed: () => EdgeError): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw malformed();
  }
}
