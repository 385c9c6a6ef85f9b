import type { AnyResource, Json } from "@aarohan/fhir";
import {
  at,
  cellAt,
  cellOf,
  isList,
  joined,
  listAt,
  readerOf,
  referenceId,
  textAt,
  textOf,
} from "./read-element.ts";
import type { Cell, CellDatatype, Column } from "./table.ts";

/** Builders of columns that many tables have. Names are snake_case, so that they are good names in pandas and R. */
export function column(
  name: string,
  datatype: CellDatatype,
  path: string,
  description: string,
  read?: (resource: AnyResource) => Cell,
): Column {
  return { name, datatype, path, description, read: read ?? cellReader(path) };
}

function cellReader(path: string): (resource: AnyResource) => Cell {
  const element = elementReader(path);
  return (resource) => cellOf(element(resource));
}

/** Reads the element at `Type.path.in.it` of a resource of the type. */
function elementReader(path: string): (resource: AnyResource) => Json | undefined {
  return readerOf(path.split(".").slice(1));
}

/** An element whose values are codes of one code system. */
export function codeColumn(name: string, codeSystem: string, path: string, description: string): Column {
  return { ...column(name, "string", path, description), codeSystem };
}

export function idColumns(type: string): Column[] {
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
export function referenceColumn(name: string, path: string, description: string): Column {
  const element = elementReader(path);
  return column(name, "string", path, description, (resource) => referenceId(element(resource)));
}

/** A CodeableConcept or a list of them: code, system and display of the first coding of the first. */
export function conceptColumns(name: string, path: string, description: string): Column[] {
  const element = elementReader(path);
  const part = (what: "code" | "system" | "display") => (resource: AnyResource) =>
    textAt(firstCoding(element(resource)), what);
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
function firstCoding(value: Json | undefined): Json | undefined {
  return at(value, "coding", 0) ?? (at(value, "code") === undefined ? undefined : value);
}

/** Start or single date of a choice of dateTime, instant and Period. */
export function dateColumn(name: string, path: string, description: string): Column {
  const dateTime = elementReader(`${path}DateTime`);
  const instant = elementReader(`${path}Instant`);
  const start = elementReader(`${path}Period.start`);
  return column(
    name,
    "string",
    `${path}[x]`,
    description,
    (resource) => textOf(dateTime(resource)) ?? textOf(instant(resource)) ?? textOf(start(resource)),
  );
}

/** All values of a repeated element, each read by `read`. */
export function listColumn(
  name: string,
  path: string,
  description: string,
  read: (element: Json) => string | undefined,
): Column {
  const element = elementReader(path);
  return column(name, "string", path, description, (resource) => {
    const list = element(resource);
    return isList(list) ? joined(list.map(read)) : undefined;
  });
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
