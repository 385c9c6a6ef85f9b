import type { AnyResource, Json } from "@aarohan/fhir";

type Elements = Readonly<Record<string, Json | undefined>>;

/** Answers of a QuestionnaireResponse by linkId, however deep the items are. */
export function formAnswers(response: AnyResource): ReadonlyMap<string, readonly Elements[]> {
  const found = new Map<string, Elements[]>();
  collect(response.item, found, 0);
  return found;
}

/** Deeper items belong to no form of the programme. */
const MOST_DEPTH = 20;

function collect(items: Json | undefined, found: Map<string, Elements[]>, depth: number): void {
  if (!Array.isArray(items) || depth > MOST_DEPTH) return;
  for (const one of items) {
    const { linkId, answer, item }: Elements = Object(one);
    collect(item, found, depth + 1);
    if (typeof linkId !== "string" || !Array.isArray(answer)) continue;
    for (const each of answer) {
      const elements: Elements = Object(each);
      found.set(linkId, [...(found.get(linkId) ?? []), elements]);
      collect(elements.item, found, depth + 1);
    }
  }
}

/** Code or text of a choice answer: its Coding's code, or the string. */
export function choiceOf(answer: Elements | undefined): string | undefined {
  const { valueCoding, valueString }: Elements = answer ?? {};
  const { code }: Elements = Object(valueCoding);
  if (typeof code === "string") return code;
  return typeof valueString === "string" ? valueString : undefined;
}
