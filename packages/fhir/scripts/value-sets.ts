import { readOfficial } from "./official-definitions.ts";

interface Concept {
  readonly code: string;
  readonly concept?: readonly Concept[];
}

interface Terminology {
  readonly resourceType: string;
  readonly url: string;
  readonly concept?: readonly Concept[];
  readonly compose?: {
    readonly include: readonly {
      readonly system?: string;
      readonly concept?: readonly Concept[];
      readonly filter?: readonly unknown[];
      readonly valueSet?: readonly string[];
    }[];
  };
}

const terminologies = new Map<string, Terminology>();
for (const file of ["Bundle-valuesets.json", "Bundle-v3-valuesets.json", "Bundle-v2-valuesets.json"]) {
  for (const resource of readOfficial<Terminology>(file)) {
    if (/^(?:CodeSystem|ValueSet)$/.test(resource.resourceType)) terminologies.set(resource.url, resource);
  }
}

/** Codes of a ValueSet that lists them or takes whole code systems of R4; `[]` for one that R4 does not enumerate. */
export function requiredCodes(valueSet: string): string[] {
  const codes: string[] = [];
  for (const include of terminologies.get(valueSet)?.compose?.include ?? []) {
    const concepts = include.concept ?? terminologies.get(include.system ?? "")?.concept;
    if (concepts === undefined || include.filter !== undefined || include.valueSet !== undefined) return [];
    collect(concepts, codes);
  }
  return codes;
}

function collect(concepts: readonly Concept[], codes: string[]): void {
  for (const { code, concept } of concepts) {
    codes.push(code);
    collect(concept ?? [], codes);
  }
}
