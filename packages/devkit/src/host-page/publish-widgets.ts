import { clientToken } from "./client-token.ts";

/** What the demo's administrator publishes for the host page; the widget in the frame too. */
const PUBLISHED = [
  { widget: "coverage", measure: "screening-coverage" },
  { widget: "detection", measure: "suspicious-rate" },
  { widget: "detection", measure: "lesion-positivity" },
  { widget: "referrals", measure: "referral-rate" },
] as const;

/**
 * Publishes the widgets of the host page by `$settings`, as an administrator does, beside what is set already. Nothing is changed
 * where they are published.
 */
export async function publishWidgets(fhirUrl: string, tokenUrl: string, origin: string): Promise<void> {
  const authorization = `Bearer ${await clientToken(tokenUrl, "administrator")}`;
  const settings = await fetch(`${fhirUrl}/$settings`, { headers: { Authorization: authorization } });
  const { parameter } = Object(await settings.json());
  if (!settings.ok || !Array.isArray(parameter)) throw new Error(`no settings: ${settings.status}`);
  const kept = parameter.filter(({ name }) => name === "denominator" || name === "publishedWidget");
  const missing = PUBLISHED.map((one) => widgetParameter(one, origin)).filter((one) => !isAmong(one, kept));
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
  if (!changed.ok) throw new Error(`the widgets of the host page were not published: ${changed.status}`);
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
