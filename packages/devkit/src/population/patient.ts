import type { AnyResource, JsonObject } from "@aarohan/fhir";
import { DAY_MS, localDateTime } from "./calendar.ts";
import type { CaseFile } from "./case-file.ts";
import { hyphenated, narrative, noteAbout, spaced } from "./free-text.ts";
import type { Person } from "./person.ts";
import { fullName } from "./person-name.ts";
import type { Random } from "./random.ts";
import { defined, type Elements, recorded, reference } from "./resource.ts";
import { patientId } from "./resource-id.ts";
import { birthDay } from "./screening-case.ts";

const STRUCTURES = "https://midas.iisc.ac.in/fhir/StructureDefinition";
const HL7 = "http://hl7.org/fhir/StructureDefinition";

/** The Patient that the registration form is extracted to, with all that people put into one. */
export function patientResource(file: CaseFile): AnyResource {
  const { screening, random } = file;
  const { person, screenedMs } = screening;
  return recorded(file.origin, "Patient", file.patientId, screenedMs, {
    text: random.chance(0.25) ? narrative(person, `registered by ${screening.worker.display}`) : undefined,
    extension: extensions(file),
    identifier: identifiers(person, random),
    active: true,
    name: names(person, random),
    telecom: telecoms(person),
    gender: person.sex,
    birthDate: birthDay(screening),
    deceasedDateTime: random.chance(0.008) ? deceased(file) : undefined,
    address: [address(person, random)],
    photo: random.chance(0.06) ? [portrait(person, random)] : undefined,
    contact: random.chance(0.15) ? [contact(person)] : undefined,
    generalPractitioner: [file.worker()],
    managingOrganization: reference("Organization", screening.post.organizationId),
    link: links(file),
    ...(random.chance(0.03) ? newerElements(person) : {}),
  });
}

function extensions({ screening, random }: CaseFile): JsonObject[] {
  const { person, screenedMs } = screening;
  const list: JsonObject[] = [
    // Spelt so at the source.
    { url: `${STRUCTURES}/patient-registraion-date`, valueDateTime: localDateTime(screenedMs) },
  ];
  if (random.chance(0.06))
    list.push({ url: `${STRUCTURES}/household-head`, valueString: person.relative.name });
  if (random.chance(0.04)) {
    list.push({
      url: `${HL7}/patient-birthPlace`,
      valueAddress: { city: person.village, state: person.place.state },
    });
  }
  if (random.chance(0.04)) {
    list.push({ url: `${HL7}/patient-mothersMaidenName`, valueString: person.relative.name });
  }
  if (random.chance(0.04))
    list.push({ url: `${STRUCTURES}/visit-remark`, valueString: noteAbout(person, random) });
  return list;
}

function identifiers(person: Person, random: Random): JsonObject[] | undefined {
  const list: JsonObject[] = [];
  if (person.abha !== undefined) {
    const value = random.chance(0.3) ? hyphenated(person.abha) : person.abha;
    list.push({ use: "official", type: { text: "ABHA" }, system: "https://healthid.ndhm.gov.in", value });
  }
  if (person.aadhaar !== undefined) {
    const value = random.chance(0.5) ? spaced(person.aadhaar, 4) : person.aadhaar;
    const assigner = { display: `Enrolment desk ${person.village}` };
    list.push({ use: "secondary", system: "https://uidai.gov.in", value, assigner });
  }
  if (person.pan !== undefined) list.push({ system: "https://www.incometax.gov.in/pan", value: person.pan });
  if (random.chance(0.05)) {
    list.push({ system: "https://artpark.in/patient-id", value: `REG-${random.digits(8)}` });
  }
  return list.length === 0 ? undefined : list;
}

function names(person: Person, random: Random): JsonObject[] {
  const { given, family, native } = person.name;
  const latin = defined({
    use: "official",
    text: random.chance(0.35) ? fullName(person.name) : undefined,
    family,
    _family: random.chance(0.1) ? familyParts(person) : undefined,
    given: [given],
  });
  if (native === undefined || !random.chance(0.5)) return [latin];
  const script: JsonObject = {
    use: "usual",
    text: fullName(native),
    family: native.family,
    given: [native.given],
    extension: [{ url: `${HL7}/iso21090-EN-representation`, valueCode: "SYL" }],
  };
  return random.chance(0.2) ? [script] : [latin, script];
}

function familyParts(person: Person): JsonObject {
  return {
    extension: [
      { url: `${HL7}/humanname-own-name`, valueString: person.name.family },
      { url: `${HL7}/humanname-fathers-family`, valueString: person.relative.name },
    ],
  };
}

function telecoms(person: Person): JsonObject[] {
  const list: JsonObject[] = [{ system: "phone", value: person.phone, use: "mobile", rank: 1 }];
  if (person.secondPhone !== undefined) {
    list.push({ system: "phone", value: `+91 ${spaced(person.secondPhone, 5)}`, use: "home", rank: 2 });
  }
  if (person.email !== undefined) list.push({ system: "email", value: person.email });
  return list;
}

function address(person: Person, random: Random): JsonObject {
  const { place, house, village, pincode } = person;
  return defined({
    use: "home",
    type: "physical",
    text: random.chance(0.2) ? `${house}, ${village}, ${place.state} ${pincode}` : undefined,
    line: [house],
    city: village,
    district: person.addressDistrict,
    state: place.state,
    postalCode: String(pincode),
    country: "IN",
  });
}

/** A time of the day stands with it: it must go, whatever is made of the day. */
function deceased({ screening, origin, random }: CaseFile): string {
  const ms = screening.screenedMs + random.integer(5, 300) * DAY_MS;
  return localDateTime(Math.min(ms, origin.endMs));
}

function portrait(person: Person, random: Random): JsonObject {
  return {
    contentType: "image/jpeg",
    url: `https://images.example.in/portrait/${random.uuid()}.jpg`,
    title: `${fullName(person.name)} portrait`,
    hash: `${random.hex(27)}=`,
  };
}

function contact(person: Person): JsonObject {
  const { relative, village } = person;
  return {
    relationship: [{ text: `${relative.relation} of ${fullName(person.name)}` }],
    name: { text: relative.name },
    telecom: [{ system: "phone", value: relative.phone }],
    address: { city: village },
  };
}

/** Screened again, the form has made a second Patient of the same person. */
function links({ screening, seed }: CaseFile): JsonObject[] | undefined {
  if (screening.earlierIndex === undefined) return undefined;
  return [{ other: reference("Patient", patientId(seed, screening.earlierIndex)), type: "seealso" }];
}

/** Elements that R4 does not have: they come from newer maps and from other software. */
function newerElements(person: Person): Elements {
  return {
    pronouns: `of ${fullName(person.name)}`,
    householdContact: { displayName: person.relative.name, phone: person.relative.phone },
  };
}
