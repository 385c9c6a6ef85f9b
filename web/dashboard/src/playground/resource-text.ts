import type { AnyResource } from "@aarohan/fhir";

export type ReadResources =
  | { readonly kind: "good"; readonly resources: readonly AnyResource[] }
  | { readonly kind: "bad"; readonly problem: "no-json" | "no-resource" };

/** What is pasted: a resource, a list of them, a Bundle, or NDJSON. */
export function readResources(text: string): ReadResources {
  const documents = parsed(text) ?? parsedLines(text);
  if (documents === undefined) return { kind: "bad", problem: "no-json" };
  const resources = documents.flatMap(entriesOf).filter(isResource);
  return resources.length === 0 ? { kind: "bad", problem: "no-resource" } : { kind: "good", resources };
}

function parsed(text: string): unknown[] | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return Array.isArray(document) ? document : [document];
  } catch {
    return undefined;
  }
}

function parsedLines(text: string): unknown[] | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const found = lines.map(parsed);
  return found.every((each) => each !== undefined) ? found.flat() : undefined;
}

function entriesOf(document: unknown): unknown[] {
  const { resourceType, entry } = Object(document);
  if (resourceType !== "Bundle" || !Array.isArray(entry)) return [document];
  return entry.map((each) => Object(each).resource);
}

function isResource(document: unknown): document is AnyResource {
  return typeof Object(document).resourceType === "string";
}
