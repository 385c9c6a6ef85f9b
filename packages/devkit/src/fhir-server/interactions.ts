import { type AnyResource, isResourceType } from "@aarohan/fhir";
import { processBundle } from "./bundle-interaction.ts";
import { capabilityStatement } from "./capability-statement.ts";
import type { Answer, Interaction, Perform } from "./interaction.ts";
import { FhirError } from "./outcome.ts";
import type { Pages } from "./pages.ts";
import { RecentSearches } from "./recent-searches.ts";
import { checkIdentity, checkType, metaOf } from "./resource-body.ts";
import { search } from "./search.ts";
import type { Store } from "./store.ts";
import { typeHistory } from "./type-history.ts";

/** The interactions of FHIR R4 §3.1.0 that this server has; every other throws 404 or 405. */
export function createInteractions(store: Store, pages: Pages, baseUrl: string): Perform {
  const recent = new RecentSearches();
  return perform;

  function perform(interaction: Interaction): Answer {
    const { method, path, query } = interaction;
    const [type = "", id = "", ...rest] = path.split("/");
    if (rest.length > 0) throw new FhirError(404, "not-supported", "there is no such interaction");
    switch (`${method} ${levelOf(type, id)}`) {
      case "GET metadata":
        return {
          status: 200,
          body: Buffer.from(JSON.stringify(capabilityStatement(store.types(), baseUrl))),
        };
      case "GET base":
        return { status: 200, body: pages.follow(query) };
      case "POST base":
        return processBundle(required(interaction), store, perform);
      case "GET type":
      case "POST search":
        return { status: 200, body: firstPage(type, interaction) };
      case "GET history":
        return { status: 200, body: typeHistory(store, type, query, baseUrl) };
      case "POST type":
        return create(type, required(interaction), interaction.newId ?? crypto.randomUUID());
      case "GET instance":
        return withResource(200, store.get(type, id));
      case "PUT instance":
        return update(type, id, required(interaction));
      case "DELETE instance":
        store.delete(type, id);
        return { status: 204, body: Buffer.alloc(0) };
      default:
        throw new FhirError(405, "not-supported", "there is no such interaction");
    }
  }

  function firstPage(type: string, { query, isFresh = false }: Interaction): Buffer {
    const self = selfOf(type, query);
    const found = recent.find(self, isFresh, () => search(store, type, query, baseUrl));
    return pages.first(found, self);
  }

  function create(type: string, resource: AnyResource, id: string): Answer {
    checkType(resource, type);
    return withResource(201, store.put(resource, id));
  }

  function update(type: string, id: string, resource: AnyResource): Answer {
    checkIdentity(resource, type, id);
    const status = store.has(type, id) ? 200 : 201;
    return withResource(status, store.put(resource, id));
  }

  function withResource(status: number, resource: AnyResource): Answer {
    const { versionId, lastUpdated } = metaOf(resource);
    const version = versionId ?? "1";
    const name = `${resource.resourceType}/${resource.id}`;
    return {
      status,
      body: pages.bytes(resource),
      headers: {
        ETag: `W/"${version}"`,
        ...(lastUpdated === undefined ? {} : { "Last-Modified": new Date(lastUpdated).toUTCString() }),
        ...(status === 201 ? { Location: `${baseUrl}/${name}/_history/${version}` } : {}),
      },
    };
  }

  function selfOf(type: string, query: URLSearchParams): string {
    return query.size === 0 ? `${baseUrl}/${type}` : `${baseUrl}/${type}?${query}`;
  }
}

function levelOf(type: string, id: string): string {
  if (type === "" && id === "") return "base";
  if (type === "metadata" && id === "") return "metadata";
  if (!isResourceType(type)) throw new FhirError(404, "not-supported", "unknown resource type");
  if (id === "") return "type";
  if (id === "_history") return "history";
  return id === "_search" ? "search" : "instance";
}

function required({ resource }: Interaction): AnyResource {
  if (resource === undefined) throw new FhirError(400, "structure", "a resource is expected");
  return resource;
}
