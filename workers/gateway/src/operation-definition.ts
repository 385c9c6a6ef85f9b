import type { OperationDefinition, OperationDefinitionParameter } from "@aarohan/fhir";
import type { Caller } from "./caller.ts";
import type { OperationParameter } from "./operation-parameter.ts";
import type { ServedOperation } from "./operations.ts";

/** Date of these descriptions of the interface. */
export const DESCRIBED = "2026-11-28";

/** Where an operation's own definition is read. */
export function operationUrl(base: string, { id }: ServedOperation): string {
  return `${base}/OperationDefinition/${id}`;
}

/** `types`: those on which it is called. */
export function operationDefinition(
  operation: ServedOperation,
  caller: Caller,
  base: string,
  types: readonly string[],
): OperationDefinition {
  const { id, code, levels, title, description, affectsState, follows } = operation;
  const parameters = [
    ...operation.in(caller).map((one) => ({ ...described(one, "in") })),
    ...operation.out.map((one) => described(one, "out")),
  ];
  return {
    resourceType: "OperationDefinition",
    id,
    url: operationUrl(base, operation),
    name: id.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    title,
    status: "active",
    kind: "operation",
    date: DESCRIBED,
    publisher: "Aarogya Aarohan",
    description,
    affectsState,
    code,
    ...(follows === undefined ? {} : { base: follows }),
    ...(types.length === 0 ? {} : { resource: types as OperationDefinition["resource"] & object }),
    system: levels.includes("system"),
    type: levels.includes("type"),
    instance: levels.includes("instance"),
    ...(parameters.length === 0 ? {} : { parameter: parameters }),
  };
}

function described(
  { name, type, min, max, documentation, parts }: OperationParameter,
  use: "in" | "out",
): OperationDefinitionParameter {
  return {
    name,
    use,
    min,
    max,
    ...(documentation === undefined ? {} : { documentation }),
    ...(type === undefined ? {} : { type: type as OperationDefinitionParameter["type"] & string }),
    ...(parts === undefined ? {} : { part: parts.map((part) => described(part, use)) }),
  };
}
