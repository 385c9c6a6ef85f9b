import type { AnyResource, Json, JsonObject } from "@aarohan/fhir";
import { localDateTime } from "./calendar.ts";
import type { CaseFile } from "./case-file.ts";
import { narrative } from "./free-text.ts";
import { fullName } from "./person-name.ts";
import { CANONICAL_BASE, REGISTRATION, REGISTRATION_VERSION } from "./questionnaire.ts";
import type { Random } from "./random.ts";
import { type FormItem, REGISTRATION_FORM } from "./registration-form.ts";
import { defined, recorded, reference } from "./resource.ts";
import { birthDay, type Photograph } from "./screening-case.ts";
import { coding, GENDER, HABIT, SETTING, YES_NO } from "./terminology.ts";

const REFER_CASE = "https://midas.iisc.ac.in/CodeSystem/refer-case";
const SCREENED_AT = "https://midas.iisc.ac.in/fhir/StructureDefinition/screening-location";

/** Answers by linkId; a linkId without one was not asked, or not answered. */
type Answers = ReadonlyMap<string, JsonObject>;

/** The one form of registration and screening, filled in. */
export function registrationResponse(file: CaseFile): AnyResource {
  const { screening, random } = file;
  const answers = answersOf(file);
  const isHindi = screening.post.place.pool === "hindi" && random.chance(0.6);
  const gpsId = random.uuid();
  return recorded(file.origin, "QuestionnaireResponse", file.registrationId, screening.screenedMs, {
    language: isHindi ? "hi" : undefined,
    text: random.chance(0.05) ? narrative(screening.person, "screening form") : undefined,
    contained: [gpsLocation(gpsId, file)],
    extension: [
      { url: REFER_CASE, valueBoolean: screening.isReferred },
      { url: SCREENED_AT, valueReference: { reference: `#${gpsId}` } },
    ],
    questionnaire: questionnaireReference(random),
    status: random.weighted([
      ["completed", 985],
      ["amended", 10],
      ["entered-in-error", 5],
    ]),
    subject: file.subject(),
    encounter: file.encounter(),
    authored: localDateTime(screening.screenedMs),
    author: file.worker(),
    source: random.chance(0.2)
      ? reference("Patient", file.patientId, fullName(screening.person.name))
      : undefined,
    item: [...filledItems(REGISTRATION_FORM, answers, isHindi), ...appItems(file)],
  });
}

/** Relative as the app writes it; from elsewhere with a version, or as a canonical URL. */
function questionnaireReference(random: Random): string {
  return random.weighted([
    [`Questionnaire/${REGISTRATION}`, 88],
    [`Questionnaire/${REGISTRATION}|${REGISTRATION_VERSION}`, 5],
    [`${CANONICAL_BASE}/${REGISTRATION}`, 4],
    [`${CANONICAL_BASE}/${REGISTRATION}|${REGISTRATION_VERSION}`, 3],
  ]);
}

function gpsLocation(id: string, { screening }: CaseFile): JsonObject {
  const { latitude, longitude } = screening;
  return { resourceType: "Location", id, mode: "instance", position: { longitude, latitude } };
}

function answersOf(file: CaseFile): Answers {
  return new Map([...personAnswers(file), ...screeningAnswers(file)]);
}

function personAnswers({ screening, random }: CaseFile): [string, JsonObject][] {
  const { person } = screening;
  const text = (valueString: string): JsonObject => ({ valueString });
  const list: [string, JsonObject][] = [
    ["location-physical-type", { valueCoding: coding(SETTING, screening.setting) }],
    ["patient-name-given", text(person.name.given)],
    ["patient-name-family", text(person.name.family)],
    ["patient-age", { valueCoding: coding("", person.knowsBirthDate ? "dob" : "years") }],
    person.knowsBirthDate
      ? ["patient-age-by-dob", { valueDate: birthDay(screening) }]
      : // Typed into the wrong field: a phone where an age is asked for.
        [
          "patient-age-by-years",
          { valueInteger: random.chance(0.003) ? Number(person.phone) : person.ageYears },
        ],
    ["patient-gender", { valueCoding: coding(GENDER, person.sex) }],
    ["patient-contact-primary", text(person.phone)],
    ["patient-address-house", text(person.house)],
    ["patient-address-village", text(person.village)],
    [
      "patient-address-pincode",
      { valueInteger: random.chance(0.012) ? Number(person.phone) : person.pincode },
    ],
    ["patient-address-state", text(person.place.state)],
    ["patient-address-district", text(random.chance(0.012) ? person.house : person.place.district)],
  ];
  if (person.abha !== undefined) list.push(["patient-identifier-abha", text(person.abha)]);
  if (person.secondPhone !== undefined) list.push(["patient-contact-secondary", text(person.secondPhone)]);
  return list;
}

function screeningAnswers({ screening, random }: CaseFile): [string, JsonObject][] {
  const [cigarette, tobacco, areca, alcohol] = screening.habits;
  const habit = (code: string): JsonObject => ({ valueCoding: coding(HABIT, code) });
  const yesNo = (answer: boolean): JsonObject => ({ valueCoding: coding(YES_NO, answer ? "yes" : "no") });
  const typed = random.chance(0.01) ? { display: `Yes, ${screening.person.relative.name} saw it` } : {};
  return [
    ["patient-habit-cigarette", habit(cigarette)],
    ["patient-habit-tobacco", habit(tobacco)],
    ["patient-habit-areca", habit(areca)],
    ["patient-habit-alcohol", habit(alcohol)],
    ["patient-screening-mouth-open", yesNo(screening.opensMouth)],
    ["patient-screening-lesion", yesNo(screening.hasLesion)],
    [
      "patient-screening-self-reported",
      { valueCoding: { ...coding(YES_NO, screening.isSelfReported ? "yes" : "no"), ...typed } },
    ],
    ...screening.photographs.flatMap((photograph, index) =>
      imageAnswers(photograph, index + 1, screening.person.village),
    ),
  ];
}

function imageAnswers(photograph: Photograph, number: number, village: string): [string, JsonObject][] {
  const attachment: JsonObject = {
    contentType: "image/jpeg",
    url: photograph.url,
    hash: photograph.hash,
    title: `${village} camp, image ${number}`,
  };
  const image: [string, JsonObject] = [`patient-screening-image-${number}`, { valueAttachment: attachment }];
  if (photograph.aiResult === undefined) return [image];
  return [image, [`patient-screening-image-${number}-ai-result`, { valueString: photograph.aiResult }]];
}

function filledItems(form: readonly FormItem[], answers: Answers, isHindi: boolean): JsonObject[] {
  return form.flatMap((item) => {
    const answer = answers.get(item.linkId);
    const nested = item.items === undefined ? [] : filledItems(item.items, answers, isHindi);
    if (answer === undefined && nested.length === 0) return [];
    const text = isHindi ? (item.hindi ?? item.text) : item.text;
    return [
      defined({
        linkId: item.linkId,
        text,
        answer: answer === undefined ? undefined : [answer],
        item: nested.length === 0 ? undefined : nested,
      }),
    ];
  });
}

/** What the app adds while it runs. */
function appItems({ screening, random }: CaseFile): Json[] {
  const items: Json[] = [{ linkId: "aa-reference-id", answer: [{ valueString: random.digits(8) }] }];
  if (screening.aiResult !== undefined) {
    items.push({ linkId: "case-level-ai-result", answer: [{ valueString: screening.aiResult }] });
  }
  return items;
}
