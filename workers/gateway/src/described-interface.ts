import type { DescribedType } from "@aarohan/fhir";
import { isAllowed } from "@aarohan/programme";
import type { Call } from "@aarohan/upstream";
import type { Caller } from "./caller.ts";
import { type CatalogueParameter, catalogueParameters } from "./catalogue.ts";
import { assertTable } from "./data-dictionary.ts";
import { OPERATIONS, type ServedOperation } from "./operations.ts";
import { OWN_TYPES, type OwnType } from "./own-types.ts";

/** What a caller may ask: of the tables that route and refuse, and of the rules that admit. */
export interface DescribedInterface {
  readonly types: readonly DescribedType[];
  readonly operations: readonly ServedOperation[];
}

/** By what the definitions of the interface are found. */
export const DEFINITION_PARAMETERS = [
  "_id",
  "code",
  "name",
  "url",
] as const satisfies readonly CatalogueParameter[];

const DEFINITIONS: readonly DescribedType[] = ["OperationDefinition", "SearchParameter"].map((type) => ({
  type,
  interactions: ["read", "search-type"],
  parameters: catalogueParameters(DEFINITION_PARAMETERS),
  include: [],
  revinclude: [],
  sorts: [],
}));

export async function describedInterface(caller: Caller, call: Call): Promise<DescribedInterface> {
  const operations = OPERATIONS.filter(({ assertServed }) => isAllowed(() => assertServed(caller)));
  const own = OWN_TYPES.filter(({ assertServed }) => isAllowed(() => assertServed(caller)));
  const described = [...own.map((one) => describedType(one, caller)), ...DEFINITIONS];
  const answered = new Set([...OWN_TYPES, ...DEFINITIONS].map(({ type }) => type));
  const rows = (await caller.view.describe(call)).filter(({ type }) => !answered.has(type));
  const types = [...rows, ...described];
  return { types: [...types, ...operatedAlone(operations, types)], operations };
}

/** Operations on a type, or on resources of it. */
export function operationsOn(
  { type, interactions }: DescribedType,
  described: DescribedInterface,
  caller: Caller,
) {
  return described.operations.filter((operation) => {
    if (operation.levels.includes("system")) return false;
    if (operation.type !== undefined) return operation.type === type;
    return interactions.includes("search-type") && isAllowed(() => assertTable(caller, type));
  });
}

function describedType({ type, read, parameters }: OwnType, caller: Caller): DescribedType {
  return {
    type,
    interactions: read === undefined ? ["search-type"] : ["read", "search-type"],
    parameters: parameters(caller),
    include: [],
    revinclude: [],
    sorts: [],
  };
}

/** Types of which nothing can be asked but an operation. */
function operatedAlone(
  operations: readonly ServedOperation[],
  types: readonly DescribedType[],
): DescribedType[] {
  const known = new Set(types.map(({ type }) => type));
  const further = new Set(
    operations.flatMap(({ type }) => (type === undefined || known.has(type) ? [] : [type])),
  );
  return [...further].map((type) => ({
    type,
    interactions: [],
    parameters: [],
    include: [],
    revinclude: [],
    sorts: [],
  }));
}
