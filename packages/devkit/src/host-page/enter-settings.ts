import { clientToken } from "./client-token.ts";
import { demoDenominators } from "./denominators.ts";

/** What the demo's administrator publishes for the host page; the widget in the frame too. */
const PUBLISHED = [
  { widget: "coverage", measure: "screening-coverage" },
  { widget: "detection", measure: "suspicious-rate" },
  { widget: "detection", measure: "lesion-positivity" },
  { widget: "referrals", measure: "referral-rate" },
] as const;

interface DemoSettings {
  readonly fhirUrl: string;
  readonly tokenUrl: string;
  /** Of the host page, for which its widgets are published. */
  readonly origin: string;
  /** Size of the population. */
  readonly patients: number;
}

/**
 * Sets by `$settings`, as an administrator does, what the demo's programme has: widgets of the host page beside what is published
 * already, and denominators where there are none.
 */
export async function enterSettings({ fhirUrl, tokenUrl, origin, patients }: DemoSettings): Promise<void> {
  const authorization = `Bearer ${await clientToken(tokenUrl, "administrator")}`;
  const settings = await fetch(`${fhirUrl}/$settings`, { headers: { Authorization: authorization } });
  const { parameter } = Object(await settings.json());
  if (!settings.ok || !Array.isArray(parameter)) throw new Error(`no settings: ${settings.status}`);
  const kept = parameter.filter(({ name }) => name === "denominator" || name === "publishedWidget");
  const widgets = PUBLISHED.map((one) => widgetParameter(one, origin)).filter((one) => !isAmong(one, kept));
  const hasDenominators = kept.some(({ name }) => name === "denominator");
  const missing = [...(hasDenominators ? [] : demoDenominators(patients)), ...widgets];
  if (missing.length === 0) return;
  const changed = await fetch(`${fhirUrl}/$settings`, {
    method: "POST",
    headers: {
      Authorization: authorization,
      "Content-Type": "application/fhir+json",
      "If-Match": settings.headers.get("ETag") ?? "",
    },
    body: JSON.stringify({ resourceType: "Parameters", parameter: [...kept, ...missing] }),
  });
  if (!changed.ok) throw new Error(`the settings of the demo were not taken: ${changed.status}`);
}

function widgetParameter({ widget, measure }: (typeof PUBLISHED)[number], origin: string) {
  return {
    name: "publishedWidget",
    part: [
      { name: "widget", valueCode: widget },
      { name: "measure", valueId: measure },
      { name: "origin", valueUri: origin },
    ],
  };
}

function isAmong(parameter: ReturnType<typeof widgetParameter>, kept: readonly unknown[]): boolean {
  return kept.some((one) => JSON.stringify(one) === JSON.stringify(parameter));
}
