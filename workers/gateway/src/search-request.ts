import { DEFAULT_PAGE_SIZE, EdgeError, MAXIMUM_PAGE_SIZE } from "@aarohan/contract";
import type { Handling } from "@aarohan/deid";
import {
  negotiate,
  type OutputFormat,
  parseCount,
  parseSearchParameters,
  type SearchParameter,
} from "@aarohan/fhir";
import type { Context } from "hono";
import { readBounded } from "./bounded-text.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { withRelativeReferences } from "./own-reference.ts";
import { handlingOf, readPreferences } from "./prefer.ts";

/** A search as it was asked (FHIR R4 §3.1.1), with what concerns the answer taken apart from what selects. */
export interface SearchRequest {
  readonly format: OutputFormat;
  readonly pretty: boolean;
  /** Resources per page: 50 unless asked, 1000 at most; 0 asks for the total alone. */
  readonly count: number;
  /** `_elements`: names of the elements that are wanted; `undefined` for all. */
  readonly elements: string | undefined;
  /** `_total`: whether the number of matches is wanted. Default: told where it is known. */
  readonly total: TotalWanted | undefined;
  /** What becomes of unknown parameters: `Prefer: handling=lenient` (FHIR R4 §3.1.1.1, RFC 7240); default strict. */
  readonly handling: Handling;
  /** A sealed page link; then nothing else selects. */
  readonly page: string | undefined;
  readonly parameters: readonly SearchParameter[];
  /** Names of all parameters, sorted and each once: what the audit trail may know. */
  readonly names: readonly string[];
}

/** Parameters that shape the answer: each may stand once, in the URL or the body. */
export const CONTROLS = ["_format", "_pretty", "_count", "_page", "_elements", "_total", "_summary"] as const;
const TOTALS = ["none", "estimate", "accurate"] as const;
export type TotalWanted = (typeof TOTALS)[number];
type Control = (typeof CONTROLS)[number];

/** No search needs more, and each of them is recorded. */
const MOST_PARAMETERS = 100;

/** Reads the query and the form (R4 §3.1.1.1: both count). */
export async function readSearchRequest(c: Context<GatewayEnv>): Promise<SearchRequest> {
  const pairs = await readPairs(c);
  if (pairs.length > MOST_PARAMETERS) {
    throw new EdgeError("parameter-invalid", `A search has ${MOST_PARAMETERS} parameters at most.`);
  }
  const [, , type = ""] = c.req.path.split("/");
  const { controls, parameters } = takeApart(withRelativeReferences(c, type, pairs));
  const accept = c.req.header("Accept");
  const format = negotiate({
    ...(controls._format === undefined ? {} : { format: controls._format }),
    ...(accept === undefined ? {} : { accept }),
  });
  const count = controls._summary === "count" ? 0 : readCount(controls._count);
  assertPlaceForCount(count, format, controls._summary === "count" ? "_summary" : "_count");
  return {
    format,
    pretty: readFlag("_pretty", controls._pretty),
    count,
    elements: controls._elements,
    total: readTotal(controls._total),
    handling: handlingOf(readPreferences(c.req.header("Prefer"))),
    page: controls._page,
    parameters,
    names: [...new Set(pairs.map(([name]) => name))].sort(),
  };
}

/** Of the query, and for `POST _search` of the form too, in order. */
export async function readPairs(c: Context<GatewayEnv>): Promise<[string, string][]> {
  const query = [...new URL(c.req.url).searchParams];
  return c.req.method === "POST" ? [...query, ...(await readForm(c))] : query;
}

/** `_elements` and `_total` as they were asked: later pages are answered like the first. */
export function shaping({ elements, total }: Pick<SearchRequest, "elements" | "total">): [string, string][] {
  return [
    ...(elements === undefined ? [] : [["_elements", elements] satisfies [string, string]]),
    ...(total === undefined ? [] : [["_total", total] satisfies [string, string]]),
  ];
}

/** What a page link keeps of a search → its parameters, and how it is answered. */
export function readShaped(
  search: readonly (readonly [string, string])[],
): Pick<SearchRequest, "elements" | "total" | "parameters"> {
  const { controls, parameters } = takeApart(search);
  return { elements: controls._elements, total: readTotal(controls._total), parameters };
}

function takeApart(pairs: readonly (readonly [string, string])[]) {
  const controls: Partial<Record<Control, string>> = {};
  const others: (readonly [string, string])[] = [];
  for (const [name, value] of pairs) {
    // Other summaries are the upstream's matter: they select elements.
    if (!isControl(name) || (name === "_summary" && value !== "count" && value !== "false")) {
      others.push([name, value]);
      continue;
    }
    if (controls[name] !== undefined) {
      throw new EdgeError("parameter-repeated", `${name} may stand only once.`, { parameter: name });
    }
    controls[name] = value;
  }
  if (controls._page !== undefined && others.length > 0) {
    throw new EdgeError("parameter-invalid", "A page link stands alone: follow it as it was given.", {
      parameter: "_page",
    });
  }
  return { controls, parameters: parseSearchParameters(others) };
}

function isControl(name: string): name is Control {
  return CONTROLS.some((control) => control === name);
}

/** The total stands in a Bundle: a table without rows does not tell it. Throws `parameter-invalid`. */
export function assertPlaceForCount(
  count: number | undefined,
  format: OutputFormat,
  parameter: "_count" | "_summary",
): void {
  if (count !== 0 || format === "json") return;
  throw new EdgeError("parameter-invalid", `${parameter} asks for the number alone: it comes as json.`, {
    parameter,
  });
}

function readCount(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PAGE_SIZE;
  return parseCount(text, MAXIMUM_PAGE_SIZE);
}

function readTotal(text: string | undefined): TotalWanted | undefined {
  const total = TOTALS.find((known) => known === text);
  if (text !== undefined && total === undefined) {
    throw new EdgeError("parameter-invalid", `_total is one of: ${TOTALS.join(", ")}.`, {
      parameter: "_total",
    });
  }
  return total;
}

function readFlag(name: string, text: string | undefined): boolean {
  if (text === undefined || text === "false") return false;
  if (text === "true") return true;
  throw new EdgeError("parameter-invalid", `${name} is true or false.`, { parameter: name });
}

async function readForm(c: Context<GatewayEnv>): Promise<[string, string][]> {
  const type = c.req.header("Content-Type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    throw new EdgeError("media-type-unsupported", "POST _search takes application/x-www-form-urlencoded.");
  }
  const body = await readBounded(c.req.raw.body);
  return [...new URLSearchParams(body)];
}
