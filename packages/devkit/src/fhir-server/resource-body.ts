import { type AnyResource, isFhirId, isResourceType } from "@aarohan/fhir";
import { FhirError } from "./outcome.ts";

/** JSON text → resource; 400 for what is neither. */
export function parseResource(text: string): AnyResource {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FhirError(400, "structure", "the body is not JSON");
  }
  return asResource(value);
}

/** A resource of a type that R4 knows; 400 for anything else. */
export function asResource(value: unknown): AnyResource {
  if (!isResource(value)) throw new FhirError(400, "structure", "a resource is expected");
  if (!isResourceType(value.resourceType))
    throw new FhirError(400, "structure", "the resource is of an unknown type");
  return value;
}

/** Creating: the type is the URL's. */
export function checkType(resource: AnyResource, type: string): void {
  if (resource.resourceType !== type)
    throw new FhirError(400, "invalid", "the resource is of another type than the URL");
}

/** Updating: type and id are the URL's (FHIR R4 RESTful API, "update"). */
export function checkIdentity(resource: AnyResource, type: string, id: string): void {
  checkType(resource, type);
  if (!isFhirId(id)) throw new FhirError(400, "value", "the URL's id is no FHIR id");
  if (resource.id !== id) throw new FhirError(400, "invalid", "the resource has another id than the URL");
}

/** Version and instant of a resource, where it has them. */
export function metaOf({ meta }: AnyResource): { versionId?: string; lastUpdated?: string } {
  if (typeof meta !== "object" || meta === null) return {};
  return {
    ...("versionId" in meta && typeof meta.versionId === "string" ? { versionId: meta.versionId } : {}),
    ...("lastUpdated" in meta && typeof meta.lastUpdated === "string"
      ? { lastUpdated: meta.lastUpdated }
      : {}),
  };
}

function isResource(value: unknown): value is AnyResource {
  return (
    typeof value === "object" &&
    value !== null &&
    "resourceType" in value &&
    typeof value.resourceType === "string"
  );
}
