import { EdgeError, type EmbedScope, isWidget, type PublishedWidget, type Widget } from "@aarohan/contract";
import { listedRegion } from "@aarohan/deid";
import { indicatorNamed } from "@aarohan/measures";

/** Pages of every origin. */
export const ANY_ORIGIN = "*";

/** Exactly as a browser writes it in `Origin` (RFC 6454 §6.2): https, or http on this machine. */
export function isEmbeddingOrigin(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.origin !== text) return false;
  return /^(?:https:\/\/[a-z0-9.-]+|http:\/\/(?:127\.0\.0\.1|localhost))(?::\d+)?$/.test(text);
}

/** A state or `state|district`, by any of its names → as it is listed; `undefined` for what is no place. */
export function regionNamed(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const [state = "", district, ...more] = value.split("|");
  const listed = listedRegion({ state, ...(district === undefined ? {} : { district }) });
  if (listed.state === undefined || more.length > 0) return undefined;
  if (district === undefined) return listed.state;
  return listed.district === undefined ? undefined : `${listed.state}|${listed.district}`;
}

export function isMeasureId(value: unknown): value is string {
  return typeof value === "string" && indicatorNamed(`Measure/${value}`)?.id === value;
}

/** Throws `resource-not-found` for what is no widget. */
export function widgetNamed(name: string | undefined): Widget {
  if (isWidget(name)) return name;
  throw new EdgeError("resource-not-found", "There is no such widget.");
}

/** Whether what was granted, or published, has all that is asked for. */
export function covers(granted: EmbedScope, asked: EmbedScope): boolean {
  const isWhole = granted.region === undefined;
  return (
    granted.widget === asked.widget &&
    granted.measure === asked.measure &&
    (isWhole || granted.region === asked.region)
  );
}

/** Origins whose pages may show it without a token. */
export function publishedOrigins(
  published: readonly PublishedWidget[],
  asked: EmbedScope,
): ReadonlySet<string> {
  return new Set(published.filter((one) => covers(one, asked)).flatMap(({ origins }) => origins));
}
