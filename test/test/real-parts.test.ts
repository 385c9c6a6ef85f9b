import {
  type FhirServer,
  generatePopulation,
  type Issuer,
  startFhirServer,
  startIssuer,
} from "@aarohan/devkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rawRequest } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

let server: FhirServer;
let issuer: Issuer;
let stack: TestStack;

beforeAll(async () => {
  server = await startFhirServer({ port: 0, resources: generatePopulation({ patients: 3 }) });
  issuer = await startIssuer({ port: 0, audience: "another-audience" });
  stack = await startTestStack({
    settings: {
      UPSTREAM_BASE_URL: `${server.url}/`,
      OIDC_ISSUERS: JSON.stringify([
        { issuer: issuer.issuer, jwksUri: issuer.jwksUrl, audiences: ["another-audience"] },
      ]),
      ROLE_MAPPINGS: JSON.stringify([{ role: "data-analyst", realmRole: "aarohan-administrator" }]),
    },
  });
});

afterAll(async () => {
  await stack.close();
  await issuer.close();
  await server.close();
});

it("stands before another server, issuer and role mapping by its settings alone", async () => {
  expect(stack.upstream).toBeUndefined();
  expect(stack.issuer).toBeUndefined();
  const answer = await rawRequest(issuer.tokenUrl, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: "grant_type=client_credentials&client_id=administrator&client_secret=demo-secret",
  });
  const response = await rawRequest(`${stack.fhirUrl}/Patient`, {
    headers: { Authorization: `Bearer ${answer.json().access_token}` },
  });
  expect(response.json()).toMatchObject({ total: 3 });
  expect(response.body).toContain("PSEUDED");
  expect(server.requests).toContain("GET /fhir/Patient?_sort=_id&_count=100");
  expect((await stack.ask("administrator", "/Patient")).status).toBe(401);
});
