import { STATUS_CODES } from "node:http";
import type { AnyResource, Json, JsonObject } from "@aarohan/fhir";
import { type Answer, answerOf, type Interaction, type Perform } from "./interaction.ts";
import { FhirError } from "./outcome.ts";
import { asResource } from "./resource-body.ts";
import type { Store } from "./store.ts";

/** Order in which a transaction's entries are carried out (FHIR R4 RESTful API, "Transaction Processing Rules"). */
const ORDER: readonly string[] = ["DELETE", "POST", "PUT", "GET"];

interface Entry {
  readonly interaction: Interaction;
  /** `urn:uuid:…` by which other entries may refer to this one. */
  readonly fullUrl: string | undefined;
}

/** `batch`: each entry for itself. `transaction`: all or none, references between the entries resolved. */
export function processBundle(bundle: AnyResource, store: Store, perform: Perform): Answer {
  const { type, entry = [] } = bundle;
  if (bundle.resourceType !== "Bundle" || !Array.isArray(entry))
    throw new FhirError(400, "invalid", "a Bundle with entries is expected");
  if (type === "batch") return answer("batch-response", entry.map(attempting(perform)));
  if (type !== "transaction")
    throw new FhirError(400, "invalid", "the Bundle is neither a batch nor a transaction");
  return answer(
    "transaction-response",
    store.atomically(() => transact(entry.map(parseEntry), perform)),
  );
}

function attempting(perform: Perform) {
  return function attempt(value: Json): Answer {
    try {
      return perform(parseEntry(value).interaction);
    } catch (error) {
      return answerOf(error);
    }
  };
}

function transact(entries: readonly Entry[], perform: Perform): Answer[] {
  refuseTwice(entries);
  const names = new Map(
    entries.flatMap(({ fullUrl, interaction }) =>
      fullUrl === undefined ? [] : [[fullUrl, nameOf(interaction)]],
    ),
  );
  const answers = new Map<Entry, Answer>();
  for (const method of ORDER) {
    for (const entry of entries.filter(({ interaction }) => interaction.method === method))
      answers.set(entry, perform(withNames(entry.interaction, names)));
  }
  return entries.flatMap((entry) => answers.get(entry) ?? []);
}

/** By the same rules, no resource is written twice in a transaction. */
function refuseTwice(entries: readonly Entry[]): void {
  const written = entries
    .filter(({ interaction }) => interaction.method !== "GET")
    .map(({ interaction }) => nameOf(interaction));
  if (new Set(written).size < written.length)
    throw new FhirError(400, "invalid", "the transaction writes a resource twice");
}

function nameOf({ path, newId }: Interaction): string {
  return newId === undefined ? path : `${path}/${newId}`;
}

function withNames(interaction: Interaction, names: ReadonlyMap<string, string>): Interaction {
  if (interaction.resource === undefined || names.size === 0) return interaction;
  return { ...interaction, resource: asResource(renamed(interaction.resource, names)) };
}

function renamed(value: Json, names: ReadonlyMap<string, string>): Json {
  if (typeof value === "string") return names.get(value) ?? value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => renamed(item, names));
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, renamed(child, names)]));
}

function parseEntry(value: Json): Entry {
  const request = isObject(value) ? value.request : undefined;
  if (!isObject(value) || !isObject(request)) throw new FhirError(400, "required", "an entry has no request");
  const { method, url } = request;
  if (typeof method !== "string" || !ORDER.includes(method) || typeof url !== "string")
    throw new FhirError(400, "value", `an entry's request needs a URL and one of ${ORDER.join(", ")}`);
  if ("ifNoneExist" in request) throw new FhirError(400, "not-supported", "ifNoneExist is not supported");
  const [path = "", query = ""] = url.split("?");
  // A Bundle within a Bundle would be carried out inside the outer one's transaction.
  if (!/^[A-Z]/.test(path)) throw new FhirError(400, "value", "an entry's URL does not begin with a type");
  return {
    interaction: {
      method,
      path,
      query: new URLSearchParams(query),
      ...(method === "POST" ? { newId: crypto.randomUUID() } : {}),
      ...(value.resource === undefined ? {} : { resource: asResource(value.resource) }),
    },
    fullUrl:
      typeof value.fullUrl === "string" && value.fullUrl.startsWith("urn:uuid:") ? value.fullUrl : undefined,
  };
}

function answer(type: string, answers: readonly Answer[]): Answer {
  const bundle = { resourceType: "Bundle", type, entry: answers.map(responseOf) };
  return { status: 200, body: Buffer.from(JSON.stringify(bundle)) };
}

function responseOf({ status, body, headers = {} }: Answer) {
  const response = {
    status: `${status} ${STATUS_CODES[status]}`,
    ...("Location" in headers ? { location: headers.Location } : {}),
    ...("ETag" in headers ? { etag: headers.ETag } : {}),
  };
  if (body.length === 0) return { response };
  const content: unknown = JSON.parse(body.toString("utf8"));
  return status < 400 ? { resource: content, response } : { response: { ...response, outcome: content } };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
