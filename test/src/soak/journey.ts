import type { DemoRole } from "@aarohan/devkit";
import type { Answer } from "./witness.ts";

/** The way of one user: what is asked next, from what was answered. */
export interface Journey {
  /** URL, relative to the FHIR base. */
  next(): string;
  /** What the last one is, in a word. */
  kind(): string;
  took(answer: Answer): void;
}

const COMMON = [
  ["search", "Patient?_count=20"],
  ["search", "Observation?_count=50&_sort=-_lastUpdated"],
  ["csv", "QuestionnaireResponse?_count=50&_format=csv"],
  ["include", "Encounter?_count=10&_include=Encounter:subject"],
  ["count", "Patient?_summary=count"],
  ["limits", "$limits"],
] as const;
const AGGREGATE = [
  ["report", "MeasureReport?measure=suspicious-rate&period=2025&release=latest"],
  ["report", "MeasureReport?measure=referral-rate&period=2025&group=state&release=latest"],
] as const;
const LIVE = [["report", "MeasureReport?measure=review-completion&period=2025&stratifier=sex"]] as const;
const CONTROL = [
  ["trail", "AuditEvent?_count=20"],
  ["settings", "$settings"],
] as const;

const STEPS: Readonly<Record<DemoRole, readonly (readonly [kind: string, path: string])[]>> = {
  analyst: [...COMMON, ...AGGREGATE, ...LIVE],
  provider: COMMON,
  viewer: AGGREGATE,
  administrator: [...COMMON, ...AGGREGATE, ...LIVE, ...CONTROL],
};

/**
 * Steps of the role in turn, each user beginning elsewhere. Pages are followed to their next, resources of pages are read, and who may
 * orders an export (once an hour), polls it, and fetches its files.
 */
export function createJourney(role: DemoRole, place: number): Journey {
  const steps = STEPS[role];
  const follow: [kind: string, url: string][] = [];
  let turn = place;
  let last = "";
  if (role !== "viewer") follow.push(["order", "$export?_type=Patient,Observation"]);
  return {
    next() {
      const [kind, url] = follow.shift() ?? steps[turn % steps.length] ?? ["search", "Patient?_count=20"];
      turn += 1;
      last = kind;
      return url;
    },
    kind: () => last,
    took(answer) {
      if (follow.length < 4) follow.push(...followUps(last, answer));
    },
  };
}

function followUps(kind: string, { status, headers, body, isWhole }: Answer): [kind: string, url: string][] {
  const location = headers["content-location"];
  if ((kind === "order" || kind === "poll") && status === 202 && typeof location === "string")
    return [["poll", location]];
  if (status !== 200 || !isWhole) return [];
  if (kind === "poll") return filesOf(body).map((url) => ["file", url]);
  return kind === "search" ? afterPage(body) : [];
}

function filesOf(body: string): string[] {
  const { output = [] } = JSON.parse(body) as { output?: { url: string }[] };
  return output.slice(0, 2).map(({ url }) => url);
}

/** The next page of every third, and one resource of every page. */
function afterPage(body: string): [kind: string, url: string][] {
  const { link = [], entry = [] } = JSON.parse(body) as {
    link?: { relation: string; url: string }[];
    entry?: { resource: { resourceType: string; id: string } }[];
  };
  const next = link.find(({ relation }) => relation === "next")?.url;
  const shown = entry[Math.floor(Math.random() * entry.length)]?.resource;
  return [
    ...(next !== undefined && Math.random() < 1 / 3 ? [["page", next] as [string, string]] : []),
    ...(shown === undefined ? [] : [["read", `${shown.resourceType}/${shown.id}`] as [string, string]]),
  ];
}
