import { rawRequest } from "../raw-client.ts";
import type { TestStack } from "../test-stack.ts";

export interface Audited {
  /** Of the requests that have a record. */
  readonly ids: ReadonlySet<string>;
  /** The trail's chain, by its own check. */
  readonly isWhole: boolean;
}

/** The whole trail, page by page, as administrators read it; another user every so many pages, within the limit. */
export async function auditedRequests({
  mint,
  fhirUrl,
}: Pick<TestStack, "mint" | "fhirUrl">): Promise<Audited> {
  const ids = new Set<string>();
  let next: string | undefined = `${fhirUrl}/AuditEvent?_count=1000`;
  const subject = crypto.randomUUID();
  const ask = async (url: string) => {
    const token = await mint.mint("administrator", { sub: subject });
    const answer = await rawRequest(url, { headers: { Authorization: `Bearer ${token}` } });
    if (answer.status !== 200) throw new Error(`the trail answers ${answer.status}`);
    return answer.json();
  };
  while (next !== undefined) {
    const { entry = [], link = [] } = (await ask(next)) as {
      entry?: { resource: { id: string } }[];
      link?: { relation: string; url: string }[];
    };
    for (const { resource } of entry) ids.add(resource.id);
    next = link.find(({ relation }) => relation === "next")?.url;
  }
  const { parameter } = (await ask(`${fhirUrl}/AuditEvent/$verify`)) as {
    parameter: { name: string; valueBoolean?: boolean }[];
  };
  return {
    ids,
    isWhole: parameter.some(({ name, valueBoolean }) => name === "whole" && valueBoolean === true),
  };
}
