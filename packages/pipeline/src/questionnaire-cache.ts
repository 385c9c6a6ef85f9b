import { EdgeError } from "@aarohan/contract";
import { isReleasedQuestionnaire, type Plan, type QuestionnaireForm, questionnaireForm } from "@aarohan/deid";
import { type AnyResource, parseResource } from "@aarohan/fhir";
import type { Call, Upstream } from "@aarohan/upstream";

/** The programme's Questionnaires, by the text of `QuestionnaireResponse.questionnaire`, its version included. */
export interface QuestionnaireCache {
  /** The forms that are known now: an anonymiser looks into it while it works. */
  readonly forms: ReadonlyMap<string, QuestionnaireForm>;
  /** Fetches the form that a response names, where its answers may leave and it is not known yet. */
  learn(response: AnyResource, call: Call): Promise<void>;
}

/** A Questionnaire is believed for 10 minutes, and one that was not there for 1 minute. */
const BELIEVED_MILLISECONDS = 600_000;
const ABSENT_MILLISECONDS = 60_000;
/** Forms kept: some kilobytes each. */
const MOST_KEPT = 64;

export function createQuestionnaireCache(
  plan: Plan,
  upstream: Upstream,
  now: () => number = Date.now,
): QuestionnaireCache {
  const forms = new Map<string, QuestionnaireForm>();
  const askAgainAt = new Map<string, number>();

  async function learn(name: string, call: Call): Promise<void> {
    if (askAgainAt.size >= MOST_KEPT) {
      forms.clear();
      askAgainAt.clear();
    }
    const found = await fetchQuestionnaire(upstream, name, call);
    if (found === undefined) forms.delete(name);
    else forms.set(name, questionnaireForm(found));
    askAgainAt.set(name, now() + (found === undefined ? ABSENT_MILLISECONDS : BELIEVED_MILLISECONDS));
  }

  return {
    forms,
    async learn({ resourceType, questionnaire }, call) {
      if (resourceType !== "QuestionnaireResponse" || typeof questionnaire !== "string") return;
      if ((askAgainAt.get(questionnaire) ?? 0) > now()) return;
      if (isReleasedQuestionnaire(plan, questionnaire)) await learn(questionnaire, call);
    },
  };
}

/** `Questionnaire/id` is read, a canonical is searched for. Without the form fewer answers leave, and nothing fails. */
async function fetchQuestionnaire(
  upstream: Upstream,
  name: string,
  call: Call,
): Promise<AnyResource | undefined> {
  try {
    const [, id] = /^Questionnaire\/([A-Za-z0-9.-]{1,64})$/.exec(name.split("|")[0] ?? "") ?? [];
    if (id === undefined) return await searchByUrl(upstream, name, call);
    const bytes = await upstream.read("Questionnaire", id, call);
    return bytes === undefined ? undefined : parseResource(bytes, { start: 0, end: bytes.length });
  } catch (error) {
    if (error instanceof EdgeError) return undefined;
    throw error;
  }
}

async function searchByUrl(upstream: Upstream, name: string, call: Call): Promise<AnyResource | undefined> {
  const [url = "", version] = name.split("|");
  const parameters: [string, string][] = [
    ["url", url],
    ...(version === undefined ? [] : [["version", version] as [string, string]]),
    ["_count", "2"],
  ];
  const { bytes, bundle } = await upstream.search("Questionnaire", parameters, call);
  const matches = bundle.entries.filter(({ mode }) => mode === "match");
  // Two forms under one name: which of them was answered, nobody knows.
  const [entry] = matches;
  return entry === undefined || matches.length > 1 ? undefined : parseResource(bytes, entry);
}
