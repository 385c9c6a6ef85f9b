import type { AnyResource } from "@aarohan/fhir";
import { collectIdentifyingValues } from "./identifying-values.ts";

/** Looks for identities of a population in a text. */
export interface LeakFinder {
  /** How many values it knows. */
  readonly size: number;
  /** One of the values that it knows. */
  readonly example: string;
  /** Values that are in the text; of JSON, NDJSON, CSV and plain text. */
  leaksIn(text: string): string[];
}

const LONG_CHARACTERS = 8;

export function createLeakFinder(resources: Iterable<AnyResource>): LeakFinder {
  const identifying = new Set<string>();
  for (const resource of resources)
    for (const value of collectIdentifyingValues(resource)) identifying.add(value);
  const values = [...identifying];
  const longValues = values.filter((value) => value.length >= LONG_CHARACTERS);
  return {
    size: values.length,
    example: values[0] ?? "",
    leaksIn(text) {
      return piecesOf(text).flatMap((piece) => {
        const found = (isSealed(piece) ? longValues : values).find((value) => piece.includes(value));
        return found === undefined ? [] : [found];
      });
    },
  };
}

/** Pieces of the text between its punctuation, each once. */
function piecesOf(text: string): string[] {
  return [...new Set(text.split(/["\\,{}[\]<>\r\n]+/))].filter((piece) => piece.length >= 4);
}

/** A pseudonym or seal of 40 and more characters holds any four letters by chance now and then. */
function isSealed(piece: string): boolean {
  return /^(?:[A-Za-z]+\/)?[A-Za-z0-9._-]{40,}$/.test(piece) || piece.includes("_page=");
}
