import type { AnyResource, Json } from "@aarohan/fhir";
import {
  DIAGNOSES,
  FOLLOW_UP_TASK,
  HABITS,
  LESION_CODE,
  LESION_LINK_ID,
  LOINC,
  ORGANISATION_TAG,
  OUTCOMES,
  RECOMMENDATIONS,
  REGISTRATION_FORM,
  REVIEW_FORM,
} from "./codes.ts";
import type { Fact, FactVersion, Region, Setting } from "./fact.ts";
import { choiceOf, formAnswers } from "./form-answers.ts";
import { indianDay } from "./indian-day.ts";

type Elements = Readonly<Record<string, Json | undefined>>;

export interface FactPorts {
  /** The places of an address that are on the list of places that may be told. */
  readonly regionOf: (address: { readonly state?: string; readonly district?: string }) => Region;
  /** What stands for a resource's name (`Patient/1`) in the facts. Default: itself. */
  readonly nameOf?: (resourceType: string, id: string) => string;
}

/** The resource types that say something, in the order in which they are best read. */
export const FACT_TYPES = ["Patient", "Encounter", "QuestionnaireResponse", "Observation", "Task"] as const;
export type FactType = (typeof FACT_TYPES)[number];

/**
 * What one resource says that the indicators need; `undefined` for one that is nothing to them. A resource that no longer
 * says anything (`entered-in-error`, not completed) is a fact, too: of the kind `none`.
 */
export function readFact(resource: AnyResource, ports: FactPorts): Fact | undefined {
  const { resourceType, id } = resource;
  if (typeof id !== "string") return undefined;
  const reader = READERS[resourceType];
  const patient = resourceType === "Patient" ? id : patientIn(resource.subject ?? resource.for);
  if (reader === undefined || patient === undefined) return undefined;
  const name = (type: string, own: string) => ports.nameOf?.(type, own) ?? `${type}/${own}`;
  const base = {
    key: name(resourceType, id),
    version: versionOf(resource),
    patient: name("Patient", patient),
  };
  const said = resource.status === "entered-in-error" ? "none" : reader(resource, ports, name);
  if (said === undefined) return undefined;
  return said === "none" ? { ...base, kind: "none" } : { ...base, ...said };
}

/** The fact of a resource's deletion. */
export function deletionFact(before: Fact, deletedAt: number): Fact {
  const { key, patient } = before;
  return { key, patient, version: [deletedAt, Number.MAX_SAFE_INTEGER], kind: "none" };
}

type Said = Fact extends infer F ? (F extends Fact ? Omit<F, "key" | "version" | "patient"> : never) : never;
type Name = (resourceType: string, id: string) => string;
/** `none`: it says nothing any more. `undefined`: it never says anything. */
type Reader = (resource: AnyResource, ports: FactPorts, name: Name) => Said | "none" | undefined;

const READERS: Readonly<Record<string, Reader>> = {
  Patient: readPatient,
  Encounter: readEncounter,
  Observation: readObservation,
  QuestionnaireResponse: readResponse,
  Task: readTask,
};

function readPatient({ gender, birthDate, address, link }: AnyResource, ports: FactPorts, name: Name): Said {
  const [{ state, district } = {} as Elements] = listOf(address);
  const links = listOf(link).flatMap(({ other }) => patientIn(other) ?? []);
  return {
    kind: "person",
    ...(gender === "male" || gender === "female" || gender === "other" ? { sex: gender } : {}),
    ...(typeof birthDate === "string" ? { birthDate } : {}),
    region: ports.regionOf({ ...textAs("state", state), ...textAs("district", district) }),
    links: links.map((id) => name("Patient", id)),
  };
}

function readEncounter({ location }: AnyResource): Said | undefined {
  for (const one of listOf(location)) {
    const [, setting] =
      /physical-location-(field|hospital)$/.exec(String(Object(one.location).reference)) ?? [];
    if (isSetting(setting)) return { kind: "visit", setting };
  }
  return undefined;
}

/** An answer of the form once more, or said by another client alone. */
function readObservation(resource: AnyResource, _: FactPorts, name: Name): Said | "none" | undefined {
  const { status, code, valueCodeableConcept } = resource;
  const encounter = idIn(resource.encounter, "Encounter");
  const of = codingsOf(code).find((one) => one.system === LOINC && OBSERVED.has(String(one.code)))?.code;
  if (typeof of !== "string" || encounter === undefined) return undefined;
  if (status !== "final" && status !== "amended" && status !== "corrected") return "none";
  const value = codingsOf(valueCodeableConcept)
    .map((one) => String(one.code))
    .find((one) => /^(?:yes|no|current|past|never)$/.test(one));
  return value === undefined
    ? "none"
    : { kind: "observation", encounter: name("Encounter", encounter), of, value };
}

const OBSERVED: ReadonlySet<string> = new Set([LESION_CODE, ...Object.values(HABITS)]);

function readResponse(resource: AnyResource, ports: FactPorts, name: Name): Said | "none" | undefined {
  const form = String(resource.questionnaire).split("|", 1)[0]?.split("/").at(-1);
  if (form !== REGISTRATION_FORM && form !== REVIEW_FORM) return undefined;
  const day = indianDay(resource.authored);
  if ((resource.status !== "completed" && resource.status !== "amended") || day === undefined) return "none";
  const id = idIn(resource.encounter, "Encounter");
  const about = { ...(id === undefined ? {} : { encounter: name("Encounter", id) }), day };
  const answers = formAnswers(resource);
  return form === REVIEW_FORM
    ? { kind: "review", ...about, ...reviewIn(answers) }
    : { kind: "screening", ...about, ...screeningIn(resource, answers, ports) };
}

type Answers = ReturnType<typeof formAnswers>;

function screeningIn(resource: AnyResource, answers: Answers, { regionOf }: FactPorts) {
  const answer = (linkId: string) => choiceOf(answers.get(linkId)?.[0]);
  const setting = answer("location-physical-type");
  const lesion = answer(LESION_LINK_ID);
  const ai = answer("case-level-ai-result");
  const organisation = listOf(Object(resource.meta).tag).find(
    ({ system }) => system === ORGANISATION_TAG,
  )?.code;
  return {
    ...(isSetting(setting) ? { setting } : {}),
    region: regionOf({
      ...textAs("state", answer("patient-address-state")),
      ...textAs("district", answer("patient-address-district")),
    }),
    ...(lesion === "yes" || lesion === "no" ? ({ lesion } as const) : {}),
    habits: Object.keys(HABITS)
      .map((linkId) => habitMark(answer(linkId)))
      .join(""),
    ...(ai === "suspicious" || ai === "non-suspicious" ? ({ ai } as const) : {}),
    ...(typeof organisation === "string" && organisation !== "Not defined" ? { organisation } : {}),
  };
}

export function habitMark(answer: string | undefined): string {
  if (answer === "current") return "c";
  return answer === "past" || answer === "never" ? "n" : "-";
}

function reviewIn(answers: Answers) {
  const diagnosis = choiceOf(answers.get("provisional-diagnosis")?.[0]);
  const given = (answers.get("recommendation") ?? []).map((answer) => choiceOf(answer));
  return {
    ...(DIAGNOSES.some((one) => one === diagnosis) && diagnosis !== undefined ? { diagnosis } : {}),
    recommendations: RECOMMENDATIONS.filter((one) => given.includes(one)),
  };
}

function readTask(task: AnyResource, _: FactPorts, name: Name): Said | "none" | undefined {
  if (String(task.instantiatesUri).split("|", 1)[0] !== FOLLOW_UP_TASK) return undefined;
  const day = indianDay(task.authoredOn);
  if (day === undefined) return "none";
  const id = idIn(task.encounter, "Encounter");
  const { text, coding } = Object(listOf(task.output)[0]?.valueCodeableConcept);
  const outcome = OUTCOMES.find((one) => one === text || listOf(coding).some(({ code }) => code === one));
  const doneOn = indianDay(Object(task.executionPeriod).end) ?? indianDay(task.lastModified);
  return {
    kind: "follow-up",
    ...(id === undefined ? {} : { encounter: name("Encounter", id) }),
    day,
    ...(outcome === undefined ? {} : { outcome }),
    ...(outcome === "FOLLOWUP_DONE" && doneOn !== undefined ? { doneOn } : {}),
  };
}

function versionOf({ meta }: AnyResource): FactVersion {
  const { lastUpdated, versionId } = Object(meta);
  const writtenAt = Date.parse(String(lastUpdated));
  const version = Number(versionId);
  return [Number.isNaN(writtenAt) ? 0 : writtenAt, Number.isSafeInteger(version) ? version : 0];
}

function patientIn(reference: Json | undefined): string | undefined {
  return idIn(reference, "Patient");
}

/** The id in a Reference to a resource of the type: relative, absolute, or of a version. */
function idIn(reference: Json | undefined, resourceType: string): string | undefined {
  const segments = String(Object(reference).reference).split("/");
  const at = segments.lastIndexOf(resourceType);
  return at < 0 ? undefined : segments[at + 1];
}

function codingsOf(concept: Json | undefined): Elements[] {
  return listOf(Object(concept).coding);
}

function listOf(value: Json | undefined): Elements[] {
  return Array.isArray(value) ? value.map((one) => Object(one)) : [];
}

function textAs<N extends string>(name: N, value: Json | undefined): { readonly [K in N]?: string } {
  return typeof value === "string" ? ({ [name]: value } as { readonly [K in N]?: string }) : {};
}

function isSetting(value: unknown): value is Setting {
  return value === "field" || value === "hospital";
}
