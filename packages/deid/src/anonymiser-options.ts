import type { PseudonymCodec } from "./pseudonym.ts";
import type { QuestionnaireForms } from "./questionnaire-form.ts";

export interface AnonymiserOptions {
  readonly pseudonyms: PseudonymCodec;
  /** Calendar year of the release, in the programme's zone. */
  readonly releaseYear: number;
  /** The upstream's base URL: absolute references below it count as relative ones. */
  readonly upstreamBaseUrl?: string;
  /** Questionnaires whose own options and words answers may use. Default none. */
  readonly forms?: QuestionnaireForms;
}
