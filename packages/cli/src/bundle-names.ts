import { type AnyResource, type Json, type JsonObject, JsonScanner, MalformedJson } from "@aarohan/fhir";

/** In a Bundle entries may name each other by `fullUrl` (FHIR R4 §2.36.4.1): `urn:uuid:` before they have ids. */
export interface BundleNames {
  /** The resource with an id, and with relative references in place of the Bundle's own names. */
  apply(resource: AnyResource, fullUrl: string | undefined): AnyResource;
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly fullUrl: string | undefined;
}

const URN = /^urn:(?:uuid|oid):([A-Za-z0-9.-]{1,64})$/;

export function bundleNames(bytes: Uint8Array, spans: readonly Span[]): BundleNames {
  const references = new Map<string, string>();
  for (const span of spans) {
    const head = span.fullUrl === undefined ? undefined : headOf(bytes.subarray(span.start, span.end));
    if (span.fullUrl === undefined || head === undefined) continue;
    const id = head.id ?? URN.exec(span.fullUrl)?.[1];
    if (id !== undefined) references.set(span.fullUrl, `${head.resourceType}/${id}`);
  }
  if (references.size === 0) return { apply: (resource) => resource };
  return {
    apply(resource, fullUrl) {
      const own = fullUrl === undefined ? undefined : references.get(fullUrl)?.split("/")[1];
      const renamed = rename(resource, references, 0);
      if (!isObject(renamed)) return resource;
      const named = own === undefined || "id" in renamed ? renamed : { ...renamed, id: own };
      return { ...named, resourceType: resource.resourceType };
    },
  };
}

function headOf(
  bytes: Uint8Array,
): { readonly resourceType: string; readonly id: string | undefined } | undefined {
  const scanner = new JsonScanner(bytes);
  let resourceType: string | undefined;
  let id: string | undefined;
  try {
    scanner.readObject((key) => {
      if (key === "resourceType") resourceType = scanner.readString();
      else if (key === "id") id = scanner.readString();
      else scanner.skipValue();
    });
  } catch (error) {
    if (error instanceof MalformedJson) return undefined;
    throw error;
  }
  return resourceType === undefined ? undefined : { resourceType, id };
}

/** The scanner refuses more than 100 levels before anything gets here. */
function rename(value: Json, references: ReadonlyMap<string, string>, depth: number): Json {
  if (depth > 100) return value;
  if (Array.isArray(value)) return value.map((item) => rename(item, references, depth + 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === "reference" && typeof member === "string"
        ? (references.get(member) ?? member)
        : rename(member, references, depth + 1),
    ]),
  );
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
