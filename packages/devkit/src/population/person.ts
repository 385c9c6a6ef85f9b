import { aadhaarNumber, abhaNumber, mobileNumber, panNumber } from "./national-id.ts";
import { fullName, type PersonName, personName, type Sex } from "./person-name.ts";
import { houseOf, type Place, placeOf, villageOf } from "./place.ts";
import type { Random } from "./random.ts";

/** Who is screened: all of it is to be hidden, save the district and the state. */
export interface Person {
  readonly sex: Sex;
  readonly name: PersonName;
  readonly ageYears: number;
  /** An exact date of birth is known; otherwise it is derived from the age. */
  readonly knowsBirthDate: boolean;
  /** Days between the last birthday and the registration, 0 to 364. */
  readonly daysSinceBirthday: number;
  readonly place: Place;
  /** As somebody spelt the district in the address, or what they typed in its stead. */
  readonly addressDistrict: string;
  readonly house: string;
  readonly village: string;
  readonly pincode: number;
  readonly phone: string;
  readonly secondPhone: string | undefined;
  readonly email: string | undefined;
  readonly abha: string | undefined;
  readonly aadhaar: string | undefined;
  readonly pan: string | undefined;
  readonly relative: Relative;
}

export interface Relative {
  readonly name: string;
  readonly relation: "son" | "daughter" | "husband" | "wife" | "brother";
  readonly phone: string;
}

export function createPerson(random: Random): Person {
  const place = placeOf(random);
  const sex = random.weighted<Sex>([
    ["female", 57],
    ["male", 42],
    ["other", 1],
  ]);
  const name = personName(place.pool, sex, random);
  const house = houseOf(random);
  const maybe = (probability: number, make: () => string) =>
    random.chance(probability) ? make() : undefined;
  return {
    sex,
    name,
    ageYears: ageYears(random),
    knowsBirthDate: random.chance(0.3),
    daysSinceBirthday: random.integer(0, 364),
    place,
    house,
    addressDistrict: addressDistrict(place, house, random),
    village: villageOf(place, random),
    pincode: Number(`${place.pinPrefix}${random.integer(101, 999)}`),
    phone: mobileNumber(random),
    secondPhone: maybe(0.4, () => mobileNumber(random)),
    email: maybe(0.06, () => emailOf(name, random)),
    abha: maybe(0.3, () => abhaNumber(random)),
    aadhaar: maybe(0.12, () => aadhaarNumber(random)),
    pan: maybe(0.05, () => panNumber(random)),
    relative: relativeOf(place, random),
  };
}

/** The form demands 30 years at least; few are very old. */
function ageYears(random: Random): number {
  return random.weighted<() => number>([
    [() => random.integer(30, 39), 29],
    [() => random.integer(40, 49), 28],
    [() => random.integer(50, 59), 21],
    [() => random.integer(60, 65), 11],
    [() => random.integer(66, 79), 8],
    [() => random.integer(80, 89), 2],
    [() => random.integer(90, 103), 1],
  ])();
}

function addressDistrict(place: Place, house: string, random: Random): string {
  if (random.chance(0.015)) return house;
  if (random.chance(0.01))
    return `c/o ${personName(place.pool, "male", random).family}, near ${villageOf(place, random)}`;
  return random.pick([place.district, ...place.variants]);
}

function emailOf(name: PersonName, random: Random): string {
  return `${name.given}.${name.family}${random.digits(3)}@example.in`.toLowerCase();
}

function relativeOf(place: Place, random: Random): Relative {
  const relation = random.pick(["son", "daughter", "husband", "wife", "brother"] as const);
  const sex = relation === "daughter" || relation === "wife" ? "female" : "male";
  return { name: fullName(personName(place.pool, sex, random)), relation, phone: mobileNumber(random) };
}
