import { vi } from "vitest";
import type { EmbedToken } from "../src/embed-token.ts";
import type { MountWidget } from "../src/widget-element.ts";
import { WidgetElement } from "../src/widget-element.ts";

export const GATEWAY = "https://gateway.example";
const MASKED = {
  extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "masked" }],
};

type Count = number | "masked";

/** A MeasureReport as the gateway answers it: a group for each region, or one of everything. */
export function reportOf(groups: readonly { region?: string; of?: Count; in?: Count; all: Count }[]): string {
  return JSON.stringify({
    resourceType: "MeasureReport",
    measure: "https://artpark.in/fhir/Measure/suspicious-rate|1.0.0",
    period: { start: "2025-01-01", end: "2025-12-31" },
    extension: [
      { url: "https://artpark.in/fhir/StructureDefinition/data-as-of", valueInstant: "2026-01-31T20:00:00Z" },
      { url: "https://artpark.in/fhir/StructureDefinition/release", valueString: "2026-01-31/1" },
    ],
    group: groups.map(({ region, of, in: numerator, all }) => ({
      code: {
        coding: [
          region === undefined
            ? { system: "https://artpark.in/fhir/Measure", code: "suspicious-rate" }
            : { system: "https://artpark.in/region", code: region.toLowerCase(), display: region },
        ],
      },
      population: [
        population("initial-population", all),
        ...(of === undefined ? [] : [population("denominator", of)]),
        ...(numerator === undefined ? [] : [population("numerator", numerator)]),
      ],
      ...(of === undefined || numerator === undefined ? {} : { measureScore: scoreOf(numerator, of) }),
    })),
  });
}

function population(code: string, count: Count) {
  return { code: { coding: [{ code }] }, ...(count === "masked" ? { _count: MASKED } : { count }) };
}

function scoreOf(numerator: Count, of: Count) {
  return numerator === "masked" || of === "masked" ? MASKED : { value: numerator / of };
}

export interface Asked {
  readonly url: URL;
  readonly authorization: string | null;
}

/** What the widget asks for; style sheets are there, and are not counted. */
export function answerFetch(answer: (asked: Asked) => Response | Promise<Response>): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (input: string | URL, init?: RequestInit) => {
    const address = String(input);
    if (!address.startsWith(GATEWAY)) return new Response("");
    const one = { url: new URL(address), authorization: new Headers(init?.headers).get("Authorization") };
    asked.push(one);
    return answer(one);
  });
  return asked;
}

export function refusal(status: number, code: string): Response {
  const issue = [{ severity: "error", details: { coding: [{ code }] } }];
  return new Response(JSON.stringify({ resourceType: "OperationOutcome", issue }), { status });
}

let count = 0;

/** An element in the page that draws with that view, alone there or beside others. */
export async function placed(
  mount: MountWidget,
  attributes: Readonly<Record<string, string>> = {},
  getToken?: () => Promise<EmbedToken>,
  where: "alone" | "beside" = "alone",
): Promise<WidgetElement> {
  count += 1;
  const name = `x-widget-${count}`;
  customElements.define(
    name,
    class extends WidgetElement {
      protected override load = async () => mount;
    },
  );
  const element = document.createElement(name);
  if (!(element instanceof WidgetElement)) throw new TypeError("no widget");
  for (const [key, value] of Object.entries({ gateway: GATEWAY, lang: "en", ...attributes })) {
    element.setAttribute(key, value);
  }
  if (getToken !== undefined) element.getToken = getToken;
  if (where === "alone") document.body.replaceChildren();
  document.body.append(element);
  await settled();
  return element;
}

/** All that was begun has been answered and drawn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await vi.advanceTimersByTimeAsync(1);
}

export function textOf(element: Element): string {
  return element.shadowRoot?.textContent ?? "";
}

export function htmlOf(element: Element): string {
  return element.shadowRoot?.innerHTML ?? "";
}
