import { choiceName, type ElementInfo, elementsOf, type Json } from "@aarohan/fhir";
import { column, idColumns } from "./columns.ts";
import { type DataTypePart, partsOf } from "./data-type-parts.ts";
import { aligned, isList, joined, readerOf } from "./read-element.ts";
import type { Cell, Column } from "./table.ts";
import { withUniqueNames } from "./unique-names.ts";

export type Audience = "anonymised" | "identified";

/** Data types that a policy for anonymised data can let through: no text, no names or addresses, no instants. */
const ANONYMISED_TYPES: ReadonlySet<string> = new Set([
  ...["boolean", "code", "integer", "positiveInt", "unsignedInt", "decimal", "date", "dateTime"],
  ...["uri", "canonical"],
  ...["CodeableConcept", "Coding", "Reference", "Period"],
  ...["Quantity", "Age", "Count", "Distance", "Duration"],
]);

interface DerivedColumn extends Column {
  readonly isAnonymised: boolean;
}

/**
 * Columns of a resource type without a declared table: id, last change, and what its own elements hold, in R4's order.
 * A choice has columns for each of its types (`value_boolean`); several values stand in one cell as a JSON array.
 */
export function derivedColumns(resourceType: string, audience: Audience): readonly Column[] {
  const ids = idColumns(resourceType).map((id): DerivedColumn => ({ ...id, isAnonymised: true }));
  const elements = [...(elementsOf(resourceType)?.values() ?? [])].filter(({ name }) => name !== "id");
  const others = elements.flatMap((element) =>
    element.types.flatMap((dataType) => elementColumns(resourceType, element, dataType)),
  );
  // Named before some are left out, so that a column has one name for every audience.
  const columns = withUniqueNames([...ids, ...others]);
  return audience === "identified" ? columns : columns.filter(({ isAnonymised }) => isAnonymised);
}

function elementColumns(resourceType: string, element: ElementInfo, dataType: string): DerivedColumn[] {
  const parts = partsOf(dataType);
  const isAnonymised = ANONYMISED_TYPES.has(dataType);
  const name = choiceName(element.name, dataType);
  return parts.map((part) => {
    const read = element.repeats ? listReader(part, parts.length > 1) : part.read;
    const path = [resourceType, name, ...part.path].join(".");
    return {
      ...column(
        snakeCase(name) + (part.suffix === undefined ? "" : `_${part.suffix}`),
        element.repeats ? "string" : part.datatype,
        path,
        describe(`${resourceType}.${name}`, part, element.repeats),
        elementReader(name, read),
      ),
      isAnonymised,
    };
  });
}

function describe(element: string, { description }: DataTypePart, repeats: boolean): string {
  return `${element}: ${description}${repeats ? "; of several a JSON array" : ""}.`;
}

function elementReader(name: string, read: (element: Json) => Cell): Column["read"] {
  const elementAt = readerOf([name]);
  return (resource) => {
    const element = elementAt(resource);
    return element === undefined ? undefined : read(element);
  };
}

/** Where other columns show other parts of the same list, each value keeps its place in it. */
function listReader({ read }: DataTypePart, isOneOfSeveral: boolean): (list: Json) => Cell {
  const gather = isOneOfSeveral ? aligned : joinedText;
  return (list) => (isList(list) ? gather(list.map(read)) : undefined);
}

function joinedText(values: readonly Cell[]): string | undefined {
  return joined(values.map((value) => (value === undefined ? undefined : String(value))));
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
