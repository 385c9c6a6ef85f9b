import type { AnyResource, Json } from "@aarohan/fhir";
import { isObject, listOf } from "./json-object.ts";

/** A contained resource on its way: what it was, and what becomes of it. */
export interface ContainedResource {
  readonly source: AnyResource;
  readonly output: Record<string, Json>;
}

/**
 * The contained resources of one resource that something which leaves refers to (dom-3), in the order of the first
 * reference, under names of ours: their own ids may be somebody's.
 */
export class ContainedResources {
  readonly #container: AnyResource;
  readonly #released: (resourceType: string) => boolean;
  /** By `#id`; `undefined` for what does not leave. */
  readonly #known = new Map<string, ContainedResource | undefined>();
  readonly #leaving: ContainedResource[] = [];
  #byId: ReadonlyMap<string, AnyResource> | undefined;

  constructor(container: AnyResource, released: (resourceType: string) => boolean) {
    this.#container = container;
    this.#released = released;
  }

  /** Grows while it is walked: contained resources refer to each other. */
  get leaving(): readonly ContainedResource[] {
    return this.#leaving;
  }

  /** `#id` → `#c1`; `undefined` where there is none, or none that leaves. */
  rename(reference: string): string | undefined {
    if (!this.#known.has(reference)) this.#known.set(reference, this.#find(reference.slice(1)));
    const found = this.#known.get(reference);
    return found === undefined ? undefined : `#${String(found.output.id)}`;
  }

  #find(id: string): ContainedResource | undefined {
    this.#byId ??= containedById(this.#container);
    const source = this.#byId.get(id);
    if (source === undefined || !this.#released(source.resourceType)) return undefined;
    const output = { resourceType: source.resourceType, id: `c${this.#leaving.length + 1}` };
    const found = { source: withoutIdentity(source), output };
    this.#leaving.push(found);
    return found;
  }
}

function containedById(container: AnyResource): ReadonlyMap<string, AnyResource> {
  const resources = new Map<string, AnyResource>();
  for (const resource of listOf(container.contained)) {
    if (!isObject(resource) || typeof resource.id !== "string") continue;
    const { resourceType } = resource;
    if (typeof resourceType === "string" && !resources.has(resource.id)) {
      resources.set(resource.id, { ...resource, resourceType });
    }
  }
  return resources;
}

/** A contained resource has no identity of its own: neither id nor meta nor what it contains leaves (dom-2, dom-4, dom-5). */
function withoutIdentity({
  id: _id,
  meta: _meta,
  contained: _contained,
  ...source
}: AnyResource): AnyResource {
  return source;
}
