import type { Role } from "@aarohan/contract";

/** What can be split by. */
export type Split = "month" | "sex" | "age-band" | "setting";

/** What of the programme a view is about. It stands in the address, as it is asked of the gateway. */
export interface Filters {
  /** A year (`2025`), a month (`2025-03`), or days from and to (`2025-01-01..2025-03-31`). */
  readonly period: string;
  /** Code of a state; "" for all. */
  readonly state: string;
  /** Code of a district of that state; "" for all. */
  readonly district: string;
  readonly setting: string;
  readonly sex: string;
  readonly ageBand: string;
  /** What is compared. */
  readonly group: "state" | "district";
}

export const SETTINGS = ["field", "hospital", "unknown"] as const;
export const SEXES = ["female", "male", "other", "unknown"] as const;
export const AGE_BANDS = ["0-29", "30-39", "40-49", "50-59", "60-65", "66+", "unknown"] as const;

const CODE = /^[\p{L}\p{M}\p{N}-]{1,60}$/u;
const PERIOD = /^\d{4}(?:-(?:0[1-9]|1[0-2]))?$|^\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d$/;

/** Published numbers are told by place and by released periods: what else there is in the address is not asked. */
export function isPublishedOnly(role: Role | undefined): boolean {
  return role === "viewer";
}

/** Days from and to, as the role may ask for them: analysts see no days, and ask for whole months. */
export function spanFor(role: Role | undefined, from: string, to: string): string {
  if (role !== "data-analyst") return `${from}..${to}`;
  const [year, month] = to.split("-").map(Number);
  const last = new Date(Date.UTC(year ?? 0, month ?? 0, 0)).toISOString().slice(0, 10);
  return `${from.slice(0, 7)}-01..${last}`;
}

/** The filters of an address; what none is, is left out. */
export function readFilters(query: URLSearchParams, role: Role | undefined, now: number): Filters {
  const isPublished = isPublishedOnly(role);
  const code = (name: string) => oneOf(query.get(name), (text) => CODE.test(text));
  const state = code("state");
  const narrowing = (name: string, values: readonly string[]) =>
    isPublished ? "" : oneOf(query.get(name), (text) => values.includes(text));
  return {
    period: periodOf(query.get("period"), role) ?? lastYear(now),
    state,
    district: state === "" ? "" : code("district"),
    setting: narrowing("setting", SETTINGS),
    sex: narrowing("sex", SEXES),
    ageBand: narrowing("age-band", AGE_BANDS),
    group: groupOf(query.get("group"), state),
  };
}

/** The last calendar year that is over, as the gateway has it too. */
export function lastYear(now: number): string {
  return String(new Date(now).getUTCFullYear() - 1);
}

function oneOf(text: string | null, is: (text: string) => boolean): string {
  return text !== null && is(text) ? text : "";
}

function periodOf(text: string | null, role: Role | undefined): string | undefined {
  if (text === null || !PERIOD.test(text)) return undefined;
  const [from = "", to] = text.split("..");
  if (to === undefined) return text;
  return isPublishedOnly(role) ? undefined : spanFor(role, from, to);
}

function groupOf(text: string | null, state: string): Filters["group"] {
  if (text === "state" || text === "district") return text;
  return state === "" ? "state" : "district";
}
