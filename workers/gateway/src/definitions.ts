import type { AnyResource } from "@aarohan/fhir";
import type { Context, Handler } from "hono";
import { baseUrl } from "./address.ts";
import { type Caller, describedCaller, isKnown } from "./caller.ts";
import { answerCatalogue, answerOne, catalogueParameters } from "./catalogue.ts";
import {
  DEFINITION_PARAMETERS,
  type DescribedInterface,
  describedInterface,
  operationsOn,
} from "./described-interface.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { operationDefinition } from "./operation-definition.ts";
import type { OwnType } from "./own-types.ts";
import { searchParameterDefinitions } from "./search-parameter-definition.ts";
import { upstreamCall } from "./upstream-call.ts";

/** What the CapabilityStatement refers to: of each caller what the caller's own statement names. */
export const DEFINITION_TYPES: readonly OwnType[] = [
  definitionType("OperationDefinition", operationDefinitions),
  definitionType("SearchParameter", (_, described, base) =>
    described.types.flatMap((type) => searchParameterDefinitions(type, base)),
  ),
];

type Definitions = (caller: Caller, described: DescribedInterface, base: string) => readonly object[];

function definitionType(type: string, definitions: Definitions): OwnType {
  async function all(c: Context<GatewayEnv>): Promise<AnyResource[]> {
    const caller = await describedCaller(c);
    const described = await describedInterface(caller, upstreamCall(c));
    if (!isKnown(c)) c.header("Cache-Control", "public, max-age=300");
    return definitions(caller, described, baseUrl(c)) as AnyResource[];
  }
  return {
    type,
    search: searchDefinitions(type, all),
    read: readDefinition(type, all),
    assertServed: () => undefined,
    parameters: () => catalogueParameters(DEFINITION_PARAMETERS),
  };
}

type All = (c: Context<GatewayEnv>) => Promise<readonly AnyResource[]>;

function searchDefinitions(type: string, all: All): Handler<GatewayEnv> {
  return function searchDefinitions(c) {
    return answerCatalogue(c, type, DEFINITION_PARAMETERS, () => all(c));
  };
}

function readDefinition(type: string, all: All): Handler<GatewayEnv> {
  return async function readDefinition(c) {
    c.get("record").describe({ interaction: "read", resourceType: type });
    const id = c.req.param("id");
    const found = (await all(c)).find((one) => one.id === id);
    return answerOne(c, type, found);
  };
}

function operationDefinitions(caller: Caller, described: DescribedInterface, base: string) {
  const placed = described.types.map((type) => ({
    type: type.type,
    operations: operationsOn(type, described, caller),
  }));
  return described.operations.map((operation) => {
    const types = placed.filter(({ operations }) => operations.includes(operation)).map(({ type }) => type);
    return operationDefinition(operation, caller, base, types);
  });
}
