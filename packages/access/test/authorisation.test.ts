import { describe, expect, it } from "vitest";
import { DEFAULT_AUTHORISING_CLAIMS } from "../src/access-config.ts";
import { authorisationOf } from "../src/authorisation.ts";
import { createAccess, scopeGrant } from "../src/index.ts";

const PRACTITIONER = "https://smartregister.org/practitioner-tag-id";
const NONE = { kind: "none" };

describe("whose data a token authorises", () => {
  it.each([
    [{}, NONE],
    [{ patient: "p1" }, { kind: "patients", ids: ["p1"] }],
    [{ patient: "Patient/p1" }, { kind: "patients", ids: ["p1"] }],
    [{ patient: ["p1", "p2"] }, { kind: "patients", ids: ["p1", "p2"] }],
    [{ patient: "p1,p2" }, NONE],
    [{ patient: "http://other/Patient/p1" }, NONE],
    [{ patient: "" }, NONE],
    [{ patient: null }, NONE],
    [{ patient: 7 }, NONE],
    [{ patient: { id: "p1" } }, NONE],
    [{ practitioner_id: "w1" }, { kind: "tags", system: PRACTITIONER, codes: ["w1"] }],
    [{ practitioner_id: ["w1", "Not defined"] }, { kind: "tags", system: PRACTITIONER, codes: ["w1"] }],
    [{ practitioner_id: "Not defined" }, NONE],
    [{ practitioner_id: "w1|w2" }, NONE],
    [{ practitioner_id: "w1$x" }, NONE],
    [{ practitioner_id: Array.from({ length: 101 }, (_, index) => `w${index}`) }, NONE],
    // The narrowest claim decides, even where nothing in it can be used.
    [
      { patient: "p1", organisation_id: "o1" },
      { kind: "patients", ids: ["p1"] },
    ],
    [{ patient: "none", organisation_id: "o1" }, NONE],
    [{ practitioner_id: "undefined", organisation_id: "o1" }, NONE],
  ])("%j: %j", (claims, expected) => {
    expect(authorisationOf(claims, DEFAULT_AUTHORISING_CLAIMS)).toEqual(expected);
  });

  it.each([
    ["w1", { kind: "generalPractitioners", ids: ["w1"] }],
    [["Practitioner/w1", "w2"], { kind: "generalPractitioners", ids: ["w1", "w2"] }],
    ["Patient/w1", NONE],
    ["Not defined", NONE],
    ["w1,w2", NONE],
  ])("is what a practitioner has in care, for a claim of %j", (value, expected) => {
    const claims = [{ claim: "fhirUser", names: "generalPractitioner" as const }];
    expect(authorisationOf({ fhirUser: value }, claims)).toEqual(expected);
  });

  it("is said by claims that are configured, and only by ones that can be", () => {
    const access = (authorisingClaims: unknown) =>
      createAccess({ issuers: [], roleMappings: [], ...JSON.parse(JSON.stringify({ authorisingClaims })) });
    expect(() => access([{ claim: "team", names: "tag", system: "urn:team" }])).not.toThrow();
    for (const wrong of [
      [{}],
      [{ claim: "team" }],
      [{ claim: "team", names: "tag" }],
      [{ names: "patient" }],
      [null],
    ]) {
      expect(() => access(wrong)).toThrow(/AUTHORISING_CLAIMS\[0\]/);
    }
  });
});

describe("a SMART scope", () => {
  const GRANTED = { kind: "granted" };
  const DENIED = { kind: "denied" };
  it.each([
    ["", "read", GRANTED],
    ["openid profile launch", "search", GRANTED],
    ["user/Patient.read", "read", GRANTED],
    ["user/Patient.read", "search", GRANTED],
    ["user/Patient.write", "read", DENIED],
    ["user/Patient.*", "search", GRANTED],
    ["user/*.rs", "search", GRANTED],
    ["user/Patient.r", "read", GRANTED],
    ["user/Patient.r", "search", DENIED],
    ["user/Patient.s", "search", GRANTED],
    ["user/Patient.cud", "read", DENIED],
    ["user/Patient.sr", "read", DENIED],
    ["user/Patient.", "read", DENIED],
    ["user/Observation.rs", "read", DENIED],
    ["patient/Patient.rs", "read", DENIED],
    ["USER/Patient.rs", "read", GRANTED],
    ["user/Patient.rs?gender=female", "search", { kind: "constrained", parameters: [["gender", "female"]] }],
    ["user/Patient.rs?gender=female user/Patient.rs", "search", GRANTED],
    ["user/Patient.rs?gender=female user/Patient.rs?gender=male", "search", DENIED],
    [
      "user/Patient.rs?a=1&b=2",
      "search",
      {
        kind: "constrained",
        parameters: [
          ["a", "1"],
          ["b", "2"],
        ],
      },
    ],
  ] as const)("%s grants %s: %j", (scope, interaction, expected) => {
    const scopes = scope.split(" ").filter(Boolean);
    expect(scopeGrant(scopes, "Patient", interaction, false)).toEqual(expected);
  });

  it("of a patient's context grants where the token names its patient", () => {
    expect(scopeGrant(["patient/*.rs"], "Observation", "search", true)).toEqual(GRANTED);
    expect(scopeGrant(["patient/*.rs"], "Observation", "search", false)).toEqual(DENIED);
  });
});
