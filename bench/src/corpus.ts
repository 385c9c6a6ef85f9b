import type { Plan } from "@aarohan/deid";
import type { AnyResource } from "@aarohan/fhir";
import { benchAnonymiserOf } from "./bench-key.ts";

/** Resources as lines of NDJSON. */
export interface Corpus {
  readonly name: string;
  readonly lines: readonly string[];
  /** Megabytes (10^6 bytes) in UTF-8. */
  readonly megabytes: number;
}

export function corpusOf(name: string, lines: readonly string[]): Corpus {
  const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
  return { name, lines, megabytes: bytes / 1e6 };
}

export function corpusOfResources(name: string, resources: Iterable<AnyResource>): Corpus {
  return corpusOf(
    name,
    Array.from(resources, (resource) => JSON.stringify(resource)),
  );
}

/** What the plan lets leave: a resource that is withheld costs a parser only, and would flatter the anonymiser. */
export function releasedOf({ name, lines }: Corpus, plan: Plan): Corpus {
  const anonymiser = benchAnonymiserOf(plan);
  return corpusOf(
    name,
    lines.filter((line) => anonymiser.anonymise(JSON.parse(line)).kind === "released"),
  );
}

/** At most so many lines, spread evenly. */
export function sampleOf({ name, lines }: Corpus, most: number): Corpus {
  const step = Math.max(1, Math.ceil(lines.length / most));
  return corpusOf(
    name,
    lines.filter((_, index) => index % step === 0),
  );
}
