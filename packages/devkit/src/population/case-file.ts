import type { JsonObject } from "@aarohan/fhir";
import { fullName } from "./person-name.ts";
import { Random } from "./random.ts";
import { type Origin, reference } from "./resource.ts";
import { CaseIds } from "./resource-id.ts";
import type { ScreeningCase } from "./screening-case.ts";

/** A case while its resources are written: the ids that they share and the references to them. */
export interface CaseFile {
  readonly screening: ScreeningCase;
  readonly seed: number;
  /** For what is incidental to the resources: texts, mess, arrival times. */
  readonly random: Random;
  readonly ids: CaseIds;
  readonly patientId: string;
  readonly encounterId: string;
  readonly registrationId: string;
  /** What the front-line worker's app records. */
  readonly origin: Origin;
  /** Reference to the Patient; now and then with the name as its display. */
  subject(): JsonObject;
  encounter(): JsonObject;
  /** Reference to the front-line worker, often with the name as its display. */
  worker(): JsonObject;
}

const APP_VERSIONS = ["1.1.0-preview1", "1.1.2", "1.2.0", "2.0.1"];

export function openCaseFile(seed: number, screening: ScreeningCase, endMs: number): CaseFile {
  const random = new Random(seed, `file/${screening.index}`);
  const ids = new CaseIds(seed, screening.index);
  const { person, post, worker } = screening;
  const [patientId, encounterId, registrationId] = [
    ids.next("Patient"),
    ids.next("Encounter"),
    ids.next("QuestionnaireResponse"),
  ];
  const display = (share: number, name: string) => (random.chance(share) ? name : undefined);
  return {
    screening,
    seed,
    random,
    ids,
    patientId,
    encounterId,
    registrationId,
    origin: {
      random,
      endMs,
      appVersion: random.pick(APP_VERSIONS),
      careTeamId: post.careTeamId,
      practitionerId: worker.id,
      ...(random.chance(0.7) ? { locationId: post.locationId } : {}),
      organizationId: post.organizationId,
    },
    subject: () => reference("Patient", patientId, display(0.1, fullName(person.name))),
    encounter: () => reference("Encounter", encounterId),
    worker: () => reference("Practitioner", worker.id, display(0.4, worker.display)),
  };
}
