import type { AnyResource, JsonObject } from "@aarohan/fhir";
import { localDateTime, serverInstant } from "./calendar.ts";
import type { CaseFile } from "./case-file.ts";
import { narrative, noteAbout } from "./free-text.ts";
import { fullName } from "./person-name.ts";
import type { Random } from "./random.ts";
import { defined, recorded, reference } from "./resource.ts";
import {
  ACT_CODE,
  coding,
  concept,
  HABIT,
  LOINC,
  OBSERVATION_CATEGORY,
  SCREENING_CATEGORY,
  YES_NO,
} from "./terminology.ts";

const FILE_LOCATION = "http://smartregister.org/file-location";
const AI_MODEL = "http://smartregister.org/ai-model-result";

export function encounterResource(file: CaseFile): AnyResource {
  const { screening, random } = file;
  const { person, screenedMs, setting, post } = screening;
  const endedMs = screenedMs + random.integer(240, 1800) * 1000;
  return recorded(file.origin, "Encounter", file.encounterId, endedMs, {
    text: random.chance(0.05) ? narrative(person, "visit") : undefined,
    status: random.weighted([
      ["triaged", 20],
      ["in-progress", 70],
      ["finished", 10],
    ]),
    class: coding(ACT_CODE, "OBSENC"),
    subject: file.subject(),
    // R5's name for R4's `individual`: the source map writes it so.
    participant: [{ actor: file.worker() }],
    period: { start: localDateTime(screenedMs), end: localDateTime(endedMs) },
    reasonCode: random.chance(0.05) ? [{ text: noteAbout(person, random) }] : undefined,
    location: [{ location: reference("Location", `physical-location-${setting}`) }],
    serviceProvider: reference("Organization", post.organizationId),
  });
}

/** The six Observations of a form, each with its LOINC code. */
export function* observationResources(file: CaseFile): Generator<AnyResource> {
  const { habits, opensMouth, hasLesion } = file.screening;
  const [cigarette, tobacco, areca, alcohol] = habits;
  yield observation(file, "63638-1", HABIT, cigarette);
  yield observation(file, "39240-7", HABIT, tobacco);
  yield observation(file, "64004-5", HABIT, areca);
  yield observation(file, "74205-6", HABIT, alcohol);
  yield observation(file, "LP232821-1", YES_NO, opensMouth ? "yes" : "no");
  yield observation(file, "62596-2", YES_NO, hasLesion ? "yes" : "no");
}

function observation(file: CaseFile, code: string, valueSystem: string, value: string): AnyResource {
  const { screening, random } = file;
  const { person, screenedMs } = screening;
  const note = random.chance(0.02)
    ? [{ text: noteAbout(person, random), authorString: screening.worker.display }]
    : undefined;
  return recorded(file.origin, "Observation", file.ids.next("Observation"), screenedMs, {
    status: random.chance(0.997) ? "final" : "entered-in-error",
    category: category(valueSystem, random),
    code: concept(LOINC, code),
    subject: file.subject(),
    encounter: file.encounter(),
    effectiveDateTime: localDateTime(screenedMs),
    issued: serverInstant(screenedMs),
    performer: [file.worker()],
    valueCodeableConcept: typedConcept(concept(valueSystem, value), file),
    note,
  });
}

function category(valueSystem: string, random: Random): JsonObject[] | undefined {
  if (valueSystem === HABIT)
    return random.chance(0.3) ? [concept(OBSERVATION_CATEGORY, "social-history")] : undefined;
  return random.chance(0.5) ? [screeningCategory(random)] : undefined;
}

/** The export guide's category: without a system, in the programme's, or beside HL7's. */
export function screeningCategory(random: Random): JsonObject {
  const code = "oral-cancer-screening";
  return random.weighted([
    [concept("", code), 35],
    [concept(SCREENING_CATEGORY, code), 50],
    [{ coding: [coding(OBSERVATION_CATEGORY, "exam"), coding(SCREENING_CATEGORY, code)] }, 15],
  ]);
}

/** Now and then somebody has typed over the display or into the text. */
function typedConcept(value: JsonObject, { screening, random }: CaseFile): JsonObject {
  const { relative, name } = screening.person;
  if (random.chance(0.008)) return { ...value, text: `${relative.relation} ${relative.name} says so` };
  if (!random.chance(0.006)) return value;
  return {
    coding: [
      { system: "https://midas.iisc.ac.in/local", code: "typed", display: `as told by ${fullName(name)}` },
    ],
  };
}

export function mediaResource(file: CaseFile): AnyResource {
  const { screening, random } = file;
  const { person, screenedMs, photographs } = screening;
  const photograph = random.pick(photographs);
  return recorded(file.origin, "Media", file.ids.next("Media"), screenedMs, {
    extension: [
      { url: FILE_LOCATION, valueUrl: `file:///data/user/0/oral/${person.name.given}_${random.hex(12)}.jpg` },
      ...aiExtensions(photograph.aiResult),
    ],
    status: "completed",
    subject: file.subject(),
    encounter: file.encounter(),
    createdDateTime: localDateTime(screenedMs),
    operator: file.worker(),
    content: {
      contentType: "image/jpeg",
      url: photograph.url,
      hash: photograph.hash,
      title: `${fullName(person.name)} ${random.digits(6)}.jpg`,
    },
    note: random.chance(0.05) ? [{ text: noteAbout(person, random) }] : undefined,
  });
}

/** The form's map writes no subject: whom it is about stands only in the texts. */
export function documentResource(file: CaseFile): AnyResource {
  const { screening, random } = file;
  const { person, screenedMs, photographs } = screening;
  const photograph = random.pick(photographs);
  return recorded(file.origin, "DocumentReference", file.ids.next("DocumentReference"), screenedMs, {
    extension: [
      { url: FILE_LOCATION, valueUrl: `file:///data/user/0/oral/${random.hex(16)}.jpg` },
      ...aiExtensions(photograph.aiResult),
    ],
    status: "current",
    type: concept(LOINC, "72170-4"),
    date: serverInstant(screenedMs),
    author: [file.worker()],
    description: random.chance(0.4)
      ? `Oral cavity of ${fullName(person.name)}, ${person.village}`
      : undefined,
    content: [
      {
        attachment: defined({
          contentType: "image/jpeg",
          url: photograph.url,
          title: random.chance(0.5) ? `${fullName(person.name)}.jpg` : undefined,
          data: random.chance(0.02) ? `/9j/${random.hex(60)}AAAA` : undefined,
        }),
      },
    ],
  });
}

function aiExtensions(aiResult: string | undefined): JsonObject[] {
  if (aiResult === undefined) return [];
  const [label = "", score = "0"] = aiResult.split("|");
  return [
    { url: `${AI_MODEL}/label`, valueString: label },
    { url: `${AI_MODEL}/score`, valueInteger: Number(score) },
  ];
}
