import { type Access, createAccess } from "@aarohan/access";
import type { AuditRecord, Identity, RateDecision } from "@aarohan/contract";
import { parseSearchParameters } from "@aarohan/fhir";
import { createProgramme, type Programme, readProgrammeConfig, viewFor } from "@aarohan/programme";

/** What the worker is bound to; the ledger's objects by what is called of them. */
interface StageEnv {
  readonly SETTINGS: string;
  readonly RATE_LIMITER: { getByName(name: string): { admit(): Promise<RateDecision> } };
  readonly AUDIT_TRAIL: { getByName(name: string): { record(record: AuditRecord): Promise<void> } };
}

interface Services {
  readonly access: Access;
  readonly programme: Programme;
}

type Stage = (request: Request, env: StageEnv, services: Services, call: number) => Promise<unknown>;

const PATIENTS = 100;
const SEARCH = "gender=female&birthdate=ge1960&address-state=Karnataka&_sort=-_lastUpdated";
let services: Services | undefined;
let analyst: Identity | undefined;

const STAGES: Readonly<Record<string, Stage>> = {
  nothing: async () => undefined,
  authentication: async (request, _env, { access }) => {
    analyst = await access.authenticate(request.headers.get("Authorization") ?? undefined);
  },
  limit: (_request, env, _services, call) =>
    env.RATE_LIMITER.getByName(`user-${Math.floor(call / 90)}`).admit(),
  rules: async (_request, _env, { programme }) => {
    const view = await viewFor(programme, { ...known(), role: "data-analyst" }, { requestId: "bench" });
    view.assertType("Patient", "search");
    view.admit("Patient", parseSearchParameters(new URLSearchParams(SEARCH)), "strict");
  },
  consent: async (_request, _env, { programme }, call) => {
    const ids = Array.from({ length: PATIENTS }, (_, index) => `p${call}-${index}`);
    await programme.tenant("default").consentFor(known())?.withheldOf(ids, { requestId: "b" });
  },
  audit: async (_request, env, { programme }, call) => {
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
      resources: PATIENTS,
      withheld: 0,
      bytes: 98_000,
      patients: Array.from({ length: PATIENTS }, (_, index) => pseudonyms.of(`p${call}-${index}`)),
    });
  },
};

/** One stage of the gateway's chain, or all one after the other, and nothing else. */
export default {
  async fetch(request: Request, env: StageEnv): Promise<Response> {
    const { searchParams } = new URL(request.url);
    services ??= startServices(env);
    const asked = searchParams.get("stage") ?? "";
    const call = Number(searchParams.get("call"));
    const stages = asked === "all" ? Object.values(STAGES) : [STAGES[asked]];
    for (const stage of stages) {
      if (stage === undefined) return new Response("there is no such stage", { status: 404 });
      await stage(request, env, services, call);
    }
    return new Response("ok");
  },
};

function startServices({ SETTINGS }: StageEnv): Services {
  const { access, programme } = JSON.parse(SETTINGS);
  return { access: createAccess(access), programme: createProgramme(readProgrammeConfig(programme)) };
}

function known(): Identity {
  if (analyst === undefined) throw new Error("authentication comes first");
  return analyst;
}
