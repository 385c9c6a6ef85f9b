import type { AnyResource, Json, JsonObject } from "@aarohan/fhir";
import { serverInstant } from "./calendar.ts";
import type { Random } from "./random.ts";

/** Elements of a resource or of a part of it; those that are `undefined` are left out. */
export type Elements = Readonly<Record<string, Json | undefined>>;

/** Where and by whom something was recorded: what `meta` tells, and more than an analyst may learn. */
export interface Origin {
  readonly random: Random;
  /** Nothing reaches the server after this instant, in milliseconds since 1970. */
  readonly endMs: number;
  readonly appVersion: string;
  readonly careTeamId?: string;
  readonly practitionerId?: string;
  /** The app writes `Not defined` where it does not know one. */
  readonly locationId?: string;
  readonly organizationId?: string;
}

/** What comes before the names of the programme's tags. */
const TAGS = "https://smartregister.org/";
const UNKNOWN = "Not defined";

export function defined(elements: Elements): JsonObject {
  const result: Record<string, Json> = {};
  for (const [name, value] of Object.entries(elements)) {
    if (value !== undefined) result[name] = value;
  }
  return result;
}

/** A resource as the server holds it: it came in some minutes to some days after `eventMs`. */
export function recorded(
  origin: Origin,
  resourceType: string,
  id: string,
  eventMs: number,
  elements: Elements,
): AnyResource {
  return { resourceType, id, meta: metaOf(origin, eventMs), ...defined(elements) };
}

function metaOf(origin: Origin, eventMs: number): JsonObject {
  const { random } = origin;
  const delayMinutes = random.chance(0.8) ? random.integer(1, 90) : random.integer(90, 3 * 1440);
  const arrivedMs = Math.min(eventMs + delayMinutes * 60_000 + random.integer(1, 59_999), origin.endMs);
  return {
    versionId: String(
      random.weighted([
        [1, 80],
        [2, 15],
        [3, 5],
      ]),
    ),
    lastUpdated: serverInstant(Math.max(arrivedMs, eventMs)),
    source: `#${random.hex(16)}`,
    tag: tagsOf(origin),
  };
}

function tagsOf(origin: Origin): JsonObject[] {
  const tag = (name: string, code: string | undefined, display: string): JsonObject => ({
    system: `${TAGS}${name}`,
    code: code ?? UNKNOWN,
    display,
  });
  return [
    tag("app-version", origin.appVersion, "Application Version"),
    tag("care-team-tag-id", origin.careTeamId, "Practitioner CareTeam"),
    tag("practitioner-tag-id", origin.practitionerId, "Practitioner"),
    tag("location-tag-id", origin.locationId, "Practitioner Location"),
    tag("organisation-tag-id", origin.organizationId, "Practitioner Organization"),
    tag("related-entity-location-tag-id", origin.locationId, "Related Entity Location"),
  ];
}

export function reference(resourceType: string, id: string, display?: string): JsonObject {
  return defined({ reference: `${resourceType}/${id}`, display });
}
