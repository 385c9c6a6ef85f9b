import type { AnyResource } from "@aarohan/fhir";
import { mobileNumber } from "./national-id.ts";
import { fullName, personName } from "./person-name.ts";
import { type NamePool, PLACES, type Place, preciseDegrees, STATES } from "./place.ts";
import { Random } from "./random.ts";
import { type Origin, recorded, reference } from "./resource.ts";
import { concept, SETTING } from "./terminology.ts";

export interface Worker {
  readonly id: string;
  readonly given: string;
  readonly family: string;
  /** As it is shown to colleagues, with the title of a specialist. */
  readonly display: string;
  readonly phone: string;
}

/** The health centre of a district and its front-line workers. */
export interface Post {
  readonly place: Place;
  readonly organizationId: string;
  readonly locationId: string;
  readonly careTeamId: string;
  /** Degrees (WGS 84). */
  readonly position: { readonly longitude: number; readonly latitude: number };
  readonly workers: readonly Worker[];
}

export interface Staff {
  readonly posts: ReadonlyMap<Place, Post>;
  readonly specialists: readonly Worker[];
  /** Organisation of each state. */
  readonly organizations: ReadonlyMap<string, string>;
}

const SPECIALIST_POOLS: readonly NamePool[] = [
  "kannada",
  "kannada",
  "tamil",
  "tamil",
  "hindi",
  "hindi",
  "assamese",
  "hills",
];

/** The programme's people and places: as many as there are districts, whatever the number of patients. */
export function createStaff(seed: number): Staff {
  const random = new Random(seed, "staff");
  const organizations = new Map(STATES.map((state) => [state, random.uuid()]));
  const posts = new Map(
    PLACES.map((place) => [place, createPost(place, random, organizations.get(place.state))]),
  );
  const specialists = SPECIALIST_POOLS.map((pool) => createWorker(pool, "Dr ", random));
  return { posts, specialists, organizations };
}

function createPost(place: Place, random: Random, organizationId = random.uuid()): Post {
  const count = 1 + Math.ceil(place.weight / 3);
  return {
    place,
    organizationId,
    locationId: random.uuid(),
    careTeamId: random.uuid(),
    position: {
      longitude: preciseDegrees(place.longitude, random),
      latitude: preciseDegrees(place.latitude, random),
    },
    workers: Array.from({ length: count }, () => createWorker(place.pool, "", random)),
  };
}

function createWorker(pool: NamePool, title: string, random: Random): Worker {
  const { given, family } = personName(pool, random.chance(0.7) ? "female" : "male", random);
  return {
    id: random.uuid(),
    given,
    family,
    display: title + fullName({ given, family }),
    phone: mobileNumber(random),
  };
}

/** Organizations, Locations, Practitioners, CareTeams and PractitionerRoles, each before what refers to it. */
export function* staffResources(staff: Staff, origin: Origin, startMs: number): Generator<AnyResource> {
  for (const [state, id] of staff.organizations) {
    yield recorded(origin, "Organization", id, startMs, {
      active: true,
      name: `State Oral Health Cell, ${state}`,
    });
  }
  yield settingLocation("field", origin, startMs);
  yield settingLocation("hospital", origin, startMs);
  for (const post of staff.posts.values()) yield* postResources(post, origin, startMs);
  const [organizationId = ""] = staff.organizations.values();
  for (const specialist of staff.specialists)
    yield* specialistResources(specialist, organizationId, origin, startMs);
}

function settingLocation(setting: "field" | "hospital", origin: Origin, startMs: number): AnyResource {
  return recorded(origin, "Location", `physical-location-${setting}`, startMs, {
    status: "active",
    name: setting === "field" ? "Field/primary care" : "Hospital",
    mode: "kind",
    physicalType: concept(SETTING, setting),
  });
}

function* postResources(post: Post, origin: Origin, startMs: number): Generator<AnyResource> {
  const { place, organizationId, locationId, careTeamId, workers } = post;
  yield recorded(origin, "Location", locationId, startMs, {
    status: "active",
    name: `Primary Health Centre, ${place.district}`,
    mode: "instance",
    position: post.position,
    managingOrganization: reference("Organization", organizationId),
  });
  for (const worker of workers) yield practitioner(worker, origin, startMs);
  yield recorded(origin, "CareTeam", careTeamId, startMs, {
    status: "active",
    name: `Front-line workers of ${place.district}`,
    participant: workers.map((worker) => ({ member: reference("Practitioner", worker.id, worker.display) })),
    managingOrganization: [reference("Organization", organizationId)],
  });
}

function* specialistResources(
  worker: Worker,
  organizationId: string,
  origin: Origin,
  startMs: number,
): Generator<AnyResource> {
  yield practitioner(worker, origin, startMs);
  yield recorded(origin, "PractitionerRole", origin.random.uuid(), startMs, {
    active: true,
    practitioner: reference("Practitioner", worker.id, worker.display),
    organization: reference("Organization", organizationId),
    code: [{ text: "Oral medicine specialist" }],
  });
}

function practitioner(worker: Worker, origin: Origin, startMs: number): AnyResource {
  return recorded(origin, "Practitioner", worker.id, startMs, {
    active: true,
    identifier: [
      {
        use: "official",
        system: "https://midas.iisc.ac.in/fhir/staff",
        value: `FLW-${worker.phone.slice(2)}`,
      },
    ],
    name: [{ use: "official", given: [worker.given], family: worker.family, text: worker.display }],
    telecom: [{ system: "phone", value: worker.phone, use: "work" }],
  });
}
