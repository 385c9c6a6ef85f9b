import type { PseudonymCodec } from "./pseudonym.ts";
import type { QuestionnaireForms } from "./questionnaire-form.ts";

/** Says of a patient, by id, whether the data are withheld: true also where nobody was asked about the patient. */
export type WithheldPatients = Pick<ReadonlySet<string>, "has">;

export interface AnonymiserOptions {
  readonly pseudonyms: PseudonymCodec;
  /** Calendar year of the release, in the programme's zone. */
  readonly releaseYear: number;
  /** The upstream's base URL: absolute references below it count as relative ones. */
  readonly upstreamBaseUrl?: string;
  /** Questionnaires whose own options and words answers may use. Default none. */
  readonly forms?: QuestionnaireForms;
  /** Patients whose data are withheld (consent), by id: neither their resources nor references to them leave. */
  readonly withheldPatients?: WithheldPatients;
  /** True where a resource of a type that has a patient is withheld when it names none that can be resolved. */
  readonly requirePatient?: boolean;
}
