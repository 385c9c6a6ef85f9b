import type { AnyResource } from "@aarohan/fhir";
import { INDICATORS } from "@aarohan/measures";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { IndicatorCube } from "../src/indicator-cube.ts";
import { MemoryStorage } from "./memory-storage.ts";
import { ProgrammeServer } from "./programme-server.ts";

vi.mock("cloudflare:workers", () => import("./durable-object.ts"));
const environment = vi.hoisted(() => ({ services: undefined as unknown }));
vi.mock("../src/services.ts", () => ({
  UNCONFIGURED_MILLISECONDS: 10_000,
  servicesFor: () => {
    if (environment.services === undefined) throw new Error("the environment cannot be used");
    return environment.services;
  },
  usableServices: () => environment.services,
}));

const HOUR = 3_600_000;
/** So many people of each, one district after the other. */
const DISTRICTS = ["Kollam", "Ernakulam", "Ernakulam", "Idukki", "Idukki", "Idukki", "Idukki"];
const [INDICATOR = ""] = INDICATORS.map(({ id }) => id);
const QUESTION = { indicator: INDICATOR, period: { from: 0, to: 40_000 }, by: ["district"] as const };

let server: ProgrammeServer;
let storage: MemoryStorage;
let cube: IndicatorCube;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 0, 1) });
  vi.spyOn(console, "warn").mockReturnValue(undefined);
  server = new ProgrammeServer();
  storage = new MemoryStorage();
  environment.services = {
    config: { pageSize: 3, indicatorRefreshMilliseconds: HOUR, indicatorRebuildMilliseconds: 1000 * HOUR },
    programme: {
      keyId: 1,
      tenant: () => server.tenant,
      // By their names, patients stand in another order than that in which they are read.
      indicatorNames: () => ({ seal: (type: string, id: string) => `${type}/${9999 - Number(id)}` }),
    },
  };
  evict();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** What is in memory is lost. */
function evict(): void {
  cube = new IndicatorCube({ storage } as unknown as DurableObjectState, {} as Env);
}

const idOf = (person: number) => String(person).padStart(4, "0");

function patient(person: number): AnyResource {
  const address = [{ state: "Kerala", district: DISTRICTS[person % DISTRICTS.length] ?? "" }];
  return { resourceType: "Patient", id: idOf(person), gender: "female", birthDate: "1980-05-01", address };
}

function screening(person: number, authored = "2025-03-01T09:00:00+05:30"): AnyResource {
  return {
    resourceType: "QuestionnaireResponse",
    id: idOf(person),
    questionnaire: "Questionnaire/OralCancerPatientRegistration|2",
    status: "completed",
    subject: { reference: `Patient/${idOf(person)}` },
    authored,
    item: [],
  };
}

/** Screens so many people, person by person. */
function screen(persons: number): void {
  for (let person = 0; person < persons; person += 1) {
    server.put(patient(person));
    server.put(screening(person));
    passTime(1);
  }
}

function passTime(milliseconds: number): void {
  vi.setSystemTime(Date.now() + milliseconds);
}

/** The next alarm, at its time. */
async function alarm(): Promise<void> {
  vi.setSystemTime(Math.max(Date.now(), storage.takeAlarm() ?? 0));
  await cube.alarm();
}

/** Alarms until the indicators are counted up to a later instant. */
async function nextRound(): Promise<void> {
  const { dataAsOf } = await cube.state("t");
  for (let alarms = 0; alarms < 200; alarms += 1) {
    await alarm();
    if ((await cube.state("t")).dataAsOf !== dataAsOf) return;
  }
  throw new Error("no round came to its end");
}

/** Before the next request that begins so is answered. */
function once(path: string, happens: () => Promise<Response | undefined>): void {
  server.before = async ({ pathname, search }) => {
    if (!`${pathname}${search}`.startsWith(path)) return undefined;
    server.before = async () => undefined;
    return happens();
  };
}

async function fails(): Promise<undefined> {
  throw new Error("the connection is lost");
}

/** District → persons. */
async function counted(): Promise<Record<string, number>> {
  const { tallies: [tallies = []] = [] } = (await cube.ask("t", [QUESTION])) ?? {};
  return Object.fromEntries(
    tallies.map(({ values, initial }) => [values[0]?.split("|")[1] ?? "unknown", initial]),
  );
}

it("gives each district its own after a fault and an eviction", async () => {
  screen(14);
  server.put(patient(14));
  server.put(screening(14, "2024-03-01T09:00:00+05:30"));
  await nextRound();
  expect(await counted()).toEqual({ Kollam: 3, Ernakulam: 4, Idukki: 8 });
  // Her month has nobody any more.
  server.put({ ...screening(14, "2024-03-01T09:00:00+05:30"), status: "entered-in-error" });
  once("/fhir/Task/_history", fails);
  await nextRound();
  evict();
  expect(await counted()).toEqual({ Kollam: 2, Ernakulam: 4, Idukki: 8 });
});

describe("a recount that is asked for while the server is read", () => {
  beforeEach(async () => {
    screen(14);
    await nextRound();
    screen(14);
  });

  it.each([
    "/fhir/Patient?",
    "/fhir/Encounter?",
    "/fhir/QuestionnaireResponse?",
    "/fhir/Task?",
    "/fhir/Task/_history",
    "/fhir/Consent?",
  ])("finds what was counted, and begins at once: %s", async (path) => {
    let isAsked = false;
    once(path, async () => {
      await cube.rebuild("t");
      isAsked = true;
      return undefined;
    });
    while (!isAsked) await alarm();
    expect(await storage.getAlarm()).toBeLessThanOrEqual(Date.now());
    expect((await cube.state("t")).check).toBeUndefined();
    await nextRound();
    expect((await cube.state("t")).check).toMatchObject({ cells: 0, facts: 0 });
    expect(await counted()).toEqual({ Kollam: 2, Ernakulam: 4, Idukki: 8 });
  });
});

describe("a mass change of Consents", () => {
  const PERSONS = 700;
  const EVERYBODY = { Kollam: 100, Ernakulam: 200, Idukki: 400 };

  beforeEach(async () => {
    screen(PERSONS);
    await nextRound();
    passTime(HOUR);
  });

  /** Everybody's Consent is written anew, one a second; the data of these people are withheld by it. */
  function consent(isWithheld: (person: number) => boolean): void {
    server.withheld.clear();
    for (let person = 0; person < PERSONS; person += 1) {
      const reference = `Patient/${idOf(person)}`;
      server.put({ resourceType: "Consent", id: idOf(person), status: "active", patient: { reference } });
      if (isWithheld(person)) server.withheld.add(idOf(person));
      passTime(1000);
    }
  }

  /** Patients who are read whole, in the order in which they are, and what happens before the `at`th time. */
  function readWhole(
    at?: number,
    happens = async (): Promise<Response | undefined> => undefined,
  ): string[][] {
    const batches: string[][] = [];
    server.before = async ({ pathname, searchParams }) => {
      const ids = searchParams.get("_id");
      if (pathname !== "/fhir/Patient" || ids === null || Number(searchParams.get("from")) > 0)
        return undefined;
      batches.push(ids.split(","));
      return batches.length === at ? happens() : undefined;
    };
    return batches;
  }

  it("is taken by fifty people, some at an alarm, and goes on where something failed", async () => {
    consent(() => false);
    const batches = readWhole(12, fails);
    let most = 0;
    const { dataAsOf } = await cube.state("t");
    while ((await cube.state("t")).dataAsOf === dataAsOf) {
      const before = batches.length;
      await alarm();
      most = Math.max(most, batches.length - before);
    }
    expect(most).toBeLessThanOrEqual(10);
    expect(batches.filter(({ length }) => length !== 50)).toEqual([]);
    // What failed is read again, and nothing else.
    expect(batches.length).toBe(PERSONS / 50 + 1);
    expect(new Set(batches.flat()).size).toBe(PERSONS);
    expect(await counted()).toEqual(EVERYBODY);
  });

  it("goes on where the server had forgotten its page", async () => {
    consent(() => false);
    const batches = readWhole();
    const { before } = server;
    let isForgotten = false;
    server.before = async (url) => {
      if (isForgotten || batches.length < 8 || url.pathname !== "/fhir/Consent") return before(url);
      isForgotten = true;
      return new Response("{}", { status: 410 });
    };
    await nextRound();
    expect(isForgotten).toBe(true);
    // The last one of the page before is read with the next once more.
    expect(batches.flat().length).toBe(PERSONS + 1);
    expect(await counted()).toEqual(EVERYBODY);
  });

  it("shows nobody who is withheld while others are read, and everybody who consents again", async () => {
    consent((person) => person % 7 !== 1);
    let shown: Record<string, number> = {};
    readWhole(1, async () => {
      shown = await counted();
      return undefined;
    });
    await nextRound();
    expect([shown, await counted()]).toEqual([{ Ernakulam: 100 }, { Ernakulam: 100 }]);
    consent(() => false);
    await nextRound();
    expect(await counted()).toEqual(EVERYBODY);
  });
});

it("waits for an environment that can be used, and is not given up", async () => {
  screen(7);
  await cube.ask("t", []);
  const { services } = environment;
  environment.services = undefined;
  await alarm();
  expect(await storage.getAlarm()).toBe(Date.now() + 10_000);
  environment.services = services;
  await nextRound();
  expect(await counted()).toEqual({ Kollam: 1, Ernakulam: 2, Idukki: 4 });
});
