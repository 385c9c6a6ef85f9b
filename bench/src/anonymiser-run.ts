import type { Plan, PseudonymCodec } from "@aarohan/deid";
import { benchAnonymiserOf, benchCodec } from "./bench-key.ts";
import type { Corpus } from "./corpus.ts";

/** The floor of every design that works on objects. */
export function roundTrip({ lines }: Corpus): void {
  for (const line of lines) JSON.stringify(JSON.parse(line));
}

export function parseOnly({ lines }: Corpus): void {
  for (const line of lines) JSON.parse(line);
}

export function parseAndWalk({ lines }: Corpus, plan: Plan, codec: PseudonymCodec): void {
  const anonymiser = benchAnonymiserOf(plan, codec);
  for (const line of lines) anonymiser.anonymise(JSON.parse(line));
}

/** Parse, plan, pseudonyms, stringify; caches start empty. */
export function wholeRun({ lines }: Corpus, plan: Plan): void {
  const anonymiser = benchAnonymiserOf(plan, benchCodec());
  for (const line of lines) {
    const anonymised = anonymiser.anonymise(JSON.parse(line));
    if (anonymised.kind === "released") JSON.stringify(anonymised.resource);
  }
}
