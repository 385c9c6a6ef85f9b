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
    ["/fhir/north/.well-known/smart-configuration", "/fhir/.well-known/smart-configuration"],
    ["/fhir/North/$export", "/fhir/$export"],
    ["/fhir/north/nonsense", "/fhir/nonsense"],
    ["/fhir/north/_history", "/fhir/_history"],
    ["/fhir/patient/abc", "/fhir/patient/abc"],
    ["/fhir/patient/$export", "/fhir/patient/$export"],
    ["/fhir/patient/_search", "/fhir/patient/_search"],
    ["/fhir/Foo/1", "/fhir/Foo/1"],
    ["/fhir/Foo/abc", "/fhir/Foo/abc"],
    ["/fhir/foo/4f1c-2", "/fhir/foo/4f1c-2"],
    ["/fhir/Foo/_search", "/fhir/Foo/_search"],
    ["/status", "/status"],
    ["/", "/"],
  ])("of %s is %s", (path, expected) => {
    expect(routePath(new Request(`https://edge.example${path}`))).toBe(expected);
  });
});
