import type { AnyResource, Json } from "@aarohan/fhir";
import type { Cell, CellDatatype, CsvColumn } from "./csv.ts";
import { at, cellAt, joined, listAt, referenceAt, textAt } from "./read-element.ts";

/** Builders of columns that many tables have. Names are snake_case, so that they are good names in pandas and R. */
export function column(
  name: string,
  datatype: CellDatatype,
  path: string,
  description: string,
  read?: (resource: AnyResource) => Cell,
): CsvColumn {
  const steps = path.split(".").slice(1);
  return { name, datatype, path, description, read: read ?? ((resource) => cellAt(resource, ...steps)) };
}

/** An element whose values are codes of one code system. */
export function codeColumn(name: string, codeSystem: string, path: string, description: string): CsvColumn {
  return { ...column(name, "string", path, description), codeSystem };
}

export function idColumns(type: string): CsvColumn[] {
  return [
    column("id", "string", `${type}.id`, "Id of the resource; a pseudonym in anonymised data."),
    column(
      "last_updated",
      "dateTime",
      `${type}.meta.lastUpdated`,
      "Last change; to the day in anonymised data.",
    ),
  ];
}

/** Id of the resource that a reference names. */
export function referenceColumn(name: string, path: string, description: string): CsvColumn {
  const steps = path.split(".").slice(1);
  return column(name, "string", path, description, (resource) => referenceAt(resource, ...steps));
}

/** A CodeableConcept or a list of them: code, system and display of the first coding of the first. */
export function conceptColumns(name: string, path: string, description: string): CsvColumn[] {
  const steps = path.split(".").slice(1);
  const part = (what: "code" | "system" | "display") => (resource: AnyResource) =>
    textAt(codingOf(at(resource, ...steps)), what);
  return [
    column(
      `${name}_code`,
      "string",
      `${path}.coding.code`,
      `${description}: code of its first coding.`,
      part("code"),
    ),
    column(
      `${name}_system`,
      "string",
      `${path}.coding.system`,
      `${description}: code system of its first coding.`,
      part("system"),
    ),
    column(
      `${name}_display`,
      "string",
      `${path}.coding.display`,
      `${description}: its first coding in words.`,
      part("display"),
    ),
  ];
}

/** The first coding of a CodeableConcept, of a list of them, or a Coding itself. */
function codingOf(value: Json | undefined): Json | undefined {
  return at(value, "coding", 0) ?? (at(value, "code") === undefined ? undefined : at([value ?? null], 0));
}

/** Start or single date of a choice of dateTime, instant and Period. */
export function dateColumn(name: string, path: string, description: string): CsvColumn {
  const [, ...steps] = path.split(".");
  const last = steps.pop() ?? "";
  return column(name, "string", `${path}[x]`, description, (resource) => {
    const owner = steps.length === 0 ? resource : at(resource, ...steps);
    return (
      textAt(owner, `${last}DateTime`) ??
      textAt(owner, `${last}Instant`) ??
      textAt(owner, `${last}Period`, "start")
    );
  });
}

/** All values of a repeated element, each read by `read`. */
export function listColumn(
  name: string,
  path: string,
  description: string,
  read: (element: Json) => string | undefined,
): CsvColumn {
  const steps = path.split(".").slice(1);
  return column(name, "string", path, description, (resource) =>
    joined(listAt(resource, ...steps).map(read)),
  );
}

const AGE_RANGE_URL = "https://artpark.in/fhir/StructureDefinition/age-range";

/** Ages of a birth cohort, from the age-range extension on a resource or an answer. */
export function ageRangeOf(owner: Json | undefined): { readonly low: Cell; readonly high: Cell } | undefined {
  const extension = listAt(owner, "extension").find((entry) => textAt(entry, "url") === AGE_RANGE_URL);
  if (extension === undefined) return undefined;
  return {
    low: cellAt(extension, "valueRange", "low", "value"),
    high: cellAt(extension, "valueRange", "high", "value"),
  };
}
