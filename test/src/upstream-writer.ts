import type { AnyResource } from "@aarohan/fhir";
import { expect } from "vitest";
import { rawRequest } from "./raw-client.ts";
import type { TestStack } from "./test-stack.ts";

/** Puts a resource into the programme's server, past the gateway, under its own id. */
export async function writeUpstream(stack: TestStack, resource: AnyResource): Promise<void> {
  const { status } = await rawRequest(`${stack.upstream?.url}/${resource.resourceType}/${resource.id}`, {
    method: "PUT",
    headers: { "Content-Type": "application/fhir+json" },
    body: JSON.stringify(resource),
  });
  expect(status).toBeLessThan(300);
}

export async function removeUpstream(stack: TestStack, resourceType: string, id: string): Promise<void> {
  const { status } = await rawRequest(`${stack.upstream?.url}/${resourceType}/${id}`, { method: "DELETE" });
  // HAPI answers 200 with an OperationOutcome.
  expect([200, 204]).toContain(status);
}
