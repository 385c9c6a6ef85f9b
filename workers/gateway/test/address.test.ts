import { describe, expect, it } from "vitest";
import { routePath } from "../src/address.ts";

describe("the path that routes are written for", () => {
  it.each([
    ["/fhir/Patient", "/fhir/Patient"],
    ["/fhir/Patient/", "/fhir/Patient"],
    ["/fhir/north/Patient/1", "/fhir/Patient/1"],
    ["/fhir/north/$export", "/fhir/$export"],
    ["/fhir/north/metadata", "/fhir/metadata"],
    ["/fhir/north", "/fhir/north"],
    ["/fhir/metadata", "/fhir/metadata"],
    ["/fhir/$export", "/fhir/$export"],
    ["/fhir/%50atient/1", "/fhir/Patient/1"],
    ["/fhir/%41uditEvent", "/fhir/AuditEvent"],
    ["/fhir/Patient/%2541", "/fhir/Patient/%2541"],
    ["/fhir/Patient/a%2Fb", "/fhir/Patient/a%2Fb"],
    ["/fhir/Patient/%zz", "/fhir/Patient/%zz"],
    ["/fhir/no.rth/Patient", "/fhir/no.rth/Patient"],
    ["/status", "/status"],
    ["/", "/"],
  ])("of %s is %s", (path, expected) => {
    expect(routePath(new Request(`https://edge.example${path}`))).toBe(expected);
  });
});
