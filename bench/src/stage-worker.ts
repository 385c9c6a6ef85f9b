import { type Access, createAccess } from "@aarohan/access";
import type { AuditRecord, Identity, RateDecision } from "@aarohan/contract";
import { NO_VISIBLE_ORDER } from "@aarohan/deid";
import { parseSearchParameters, splitBundle } from "@aarohan/fhir";
import { formatPage, releasePage } from "@aarohan/pipeline";
import { createProgramme, type Programme, readProgrammeConfig, viewFor } from "@aarohan/programme";

/** What the worker is bound to; the ledger's objects by what is called of them. */
interface StageEnv {
  readonly SETTINGS: string;
  /** By the number of Patients: a page as the programme's server answers it. */
  readonly PAGES: Readonly<Record<string, string>>;
  readonly RATE_LIMITER: { getByName(name: string): { admit(): Promise<RateDecision> } };
  readonly AUDIT_TRAIL: { getByName(name: string): { record(record: AuditRecord): Promise<void> } };
}

interface Services {
  readonly access: Access;
  readonly programme: Programme;
}

interface Asked {
  /** A number that no call before had. */
  readonly call: number;
  /** Patients on the page. */
  readonly patients: number;
}

type Stage = (request: Request, env: StageEnv, services: Services, asked: Asked) => Promise<unknown>;

const MAXIMUM_RESOURCE_BYTES = 1_000_000;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const pages = new Map<number, Uint8Array>();
const SEARCH = "gender=female&birthdate=ge1960&address-state=Karnataka&_sort=-_lastUpdated";
let services: Services | undefined;
let analyst: Identity | undefined;

const STAGES: Readonly<Record<string, Stage>> = {
  authentication: async (request, _env, { access }) => {
    analyst = await access.authenticate(request.headers.get("Authorization") ?? undefined);
  },
  limit: (_request, env, _services, { call }) =>
    env.RATE_LIMITER.getByName(`user-${Math.floor(call / 90)}`).admit(),
  rules: async (_request, _env, { programme }) => {
    const view = await viewFor(programme, { ...known(), role: "data-analyst" }, { requestId: "bench" });
    view.assertType("Patient", "search");
    view.admit("Patient", parseSearchParameters(new URLSearchParams(SEARCH)), "strict");
  },
  consent: async (_request, _env, { programme }, { call, patients }) => {
    const ids = Array.from({ length: patients }, (_, index) => `p${call}-${index}`);
    await programme.tenant("default").consentFor(known())?.withheldOf(ids, { requestId: "b" });
  },
  page: async (_request, env, { programme }, { patients }) => {
    const view = await viewFor(programme, { ...known(), role: "data-analyst" }, { requestId: "bench" });
    const bytes = pageOf(env, patients);
    const bundle = splitBundle(bytes, { maximumResourceBytes: MAXIMUM_RESOURCE_BYTES });
    const released = await releasePage(
      { bytes, bundle, next: undefined },
      { anonymiserFor: view.anonymiserFor, visibleOrder: NO_VISIBLE_ORDER, pause: async () => undefined },
    );
    const head = { self: "https://example.org/fhir/Patient", next: undefined, total: undefined, notices: [] };
    const { audience, answers } = view;
    const layout = { format: "json", pretty: false, resourceType: "Patient", audience, answers } as const;
    return [...formatPage(released, head, { ...layout, baseUrl: "https://example.org/fhir" })];
  },
  audit: async (_request, env, { programme }, { call, patients }) => {
    const pseudonyms = programme.auditPseudonyms("default");
    await env.AUDIT_TRAIL.getByName("default").record({
      requestId: crypto.randomUUID(),
      recorded: new Date().toISOString(),
      interaction: "search-type",
      method: "GET",
      resourceType: "Patient",
      parameters: ["_sort", "gender"],
      agent: { issuer: "https://idp", subject: "bench", clientId: "bench", role: "data-analyst" },
      policy: "programme@2.0.0#0123456789ab",
      status: 200,
      resources: patients,
      withheld: 0,
      bytes: 980 * patients,
      patients: Array.from({ length: patients }, (_, index) => pseudonyms.of(`p${call}-${index}`)),
    });
  },
};

/** What is no stage: to see beside it what the page costs whoever parses it and writes it again. */
const PEERS: Readonly<Record<string, Stage>> = {
  nothing: async () => undefined,
  "round-trip": async (_request, env, _services, { patients }) =>
    encoder.encode(JSON.stringify(JSON.parse(decoder.decode(pageOf(env, patients))))),
};

/** One stage of the gateway's chain, or all one after the other, and nothing else. */
export default {
  async fetch(request: Request, env: StageEnv): Promise<Response> {
    const { searchParams } = new URL(request.url);
    services ??= startServices(env);
    const asked = searchParams.get("stage") ?? "";
    const call = Number(searchParams.get("call"));
    const patients = Number(searchParams.get("patients"));
    const stages = asked === "all" ? Object.values(STAGES) : [STAGES[asked] ?? PEERS[asked]];
    for (const stage of stages) {
      if (stage === undefined) return new Response("there is no such stage", { status: 404 });
      await stage(request, env, services, { call, patients });
    }
    return new Response("ok");
  },
};

function startServices({ SETTINGS }: StageEnv): Services {
  const { access, programme } = JSON.parse(SETTINGS);
  return { access: createAccess(access), programme: createProgramme(readProgrammeConfig(programme)) };
}

function pageOf({ PAGES }: StageEnv, patients: number): Uint8Array {
  const bytes = pages.get(patients) ?? encoder.encode(PAGES[patients]);
  pages.set(patients, bytes);
  return bytes;
}

function known(): Identity {
  if (analyst === undefined) throw new Error("authentication comes first");
  return analyst;
}
