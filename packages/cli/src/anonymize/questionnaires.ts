import { type Plan, type QuestionnaireForms, questionnaireForm, questionnaireNames } from "@aarohan/deid";
import type { AnyResource } from "@aarohan/fhir";
import type { CommandIo } from "../command-io.ts";
import { UsageError } from "../command-io.ts";
import { readResources } from "../resource-input.ts";

/** The Questionnaires of the files, under every name that a response may give them. */
export async function questionnaireForms(
  files: readonly string[],
  plan: Plan,
  io: CommandIo,
): Promise<QuestionnaireForms> {
  const forms = new Map<string, ReturnType<typeof questionnaireForm>>();
  for (const file of files) {
    let found = 0;
    for await (const item of readResources(file, io.stdin)) {
      if (item.kind === "bad" || item.resource.resourceType !== "Questionnaire") continue;
      found += 1;
      const form = questionnaireForm(item.resource);
      for (const name of namesOf(item.resource, plan)) forms.set(name, form);
    }
    if (found === 0) throw new UsageError(`${file}: holds no Questionnaire`);
  }
  return forms;
}

function namesOf({ url, version, id }: AnyResource, plan: Plan): string[] {
  const given = [
    ...(typeof id === "string" ? [`Questionnaire/${id}`] : []),
    ...(typeof url === "string" ? [url] : []),
  ];
  const names = [...new Set(given.flatMap((name) => questionnaireNames(plan, name)))];
  return typeof version === "string" ? names.flatMap((name) => [name, `${name}|${version}`]) : names;
}
