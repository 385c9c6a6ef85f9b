import type { Policy } from "../policy.ts";
import { clinicalResources } from "./clinical-resources.ts";
import { clinicalTerminologies, clinicalTypes } from "./clinical-types.ts";
import { programmePolicy } from "./programme.ts";
import { withheldResources } from "./withheld-resources.ts";

const HIPAA = "45 CFR 164.514(b)(2)(i)";

/**
 * The Safe Harbor method of HIPAA's Privacy Rule: none of the eighteen identifiers (A) to (R) leaves. That nobody knows
 * of another way to tell who it is, (b)(2)(ii), remains the operator's judgement.
 */
export const safeHarborPolicy: Policy = {
  name: "safe-harbor",
  version: "1.0.0",
  description: "De-identified by the Safe Harbor method, 45 CFR 164.514(b)(2).",
  audience: "anonymised",
  keys: "job",
  use: "export",
  utcOffsetMinutes: 330,
  securityLabels: ["PSEUDED", "REDACTED"],
  everyResource: {
    id: {
      method: "pseudonym",
      source: "45 CFR 164.514(c); (b)(2)(i)(R): under a key that ends with the job",
    },
    contained: "resources",
  },
  resources: {
    ...withheldResources,
    ...clinicalResources,
    Patient: {
      source: HIPAA,
      elements: {
        identifier: { method: "drop", source: `${HIPAA}(G), (H), (I), (J), (K)` },
        name: { method: "drop", source: `${HIPAA}(A)` },
        telecom: { method: "drop", source: `${HIPAA}(D), (E), (F)` },
        photo: { method: "drop", source: `${HIPAA}(Q)` },
        contact: { method: "drop", source: `${HIPAA}: relatives, employers and household members` },
        active: "keep",
        gender: "keep",
        birthDate: { method: "ageBand", years: 1, topAge: 90, source: `${HIPAA}(C)` },
        "deceased[x]": "presence",
        address: { method: "region", level: "state", source: `${HIPAA}(B): nothing finer than a state` },
      },
    },
    QuestionnaireResponse: {
      source: HIPAA,
      elements: {
        questionnaire: {
          method: "keep",
          values: programmePolicy.questionnaires.flatMap(({ names }) => names),
        },
        status: "type",
        subject: "type",
        encounter: "type",
        authored: "type",
        item: "answers",
      },
    },
    Device: { withhold: `${HIPAA}(M): device identifiers and serial numbers` },
    ImagingStudy: { withhold: `${HIPAA}(Q), (R): images and their unique identifiers` },
  },
  otherResources: { unnamed: "type", source: HIPAA },
  types: {
    ...clinicalTypes,
    date: { method: "truncateDate", precision: "year", topAge: 90, source: `${HIPAA}(C)` },
    dateTime: { method: "truncateDate", precision: "year", topAge: 90, source: `${HIPAA}(C)` },
    Age: { method: "ageBand", years: 1, topAge: 90, source: `${HIPAA}(C)` },
    HumanName: { method: "drop", source: `${HIPAA}(A)` },
    Address: { method: "region", level: "state", source: `${HIPAA}(B)` },
    ContactPoint: { method: "drop", source: `${HIPAA}(D), (E), (F), (N), (O)` },
    Identifier: { method: "drop", source: `${HIPAA}(G) to (M), (R)` },
    Attachment: { method: "drop", source: `${HIPAA}(N), (P), (Q)` },
    instant: { method: "drop", source: `${HIPAA}(C): an instant has no year of its own` },
    string: { method: "drop", source: `${HIPAA}: free text may hold any of the eighteen` },
    markdown: { method: "drop", source: `${HIPAA}: free text may hold any of the eighteen` },
    Annotation: { method: "drop", source: `${HIPAA}: free text may hold any of the eighteen` },
    Narrative: { method: "drop", source: `${HIPAA}: free text may hold any of the eighteen` },
    uri: { method: "drop", source: `${HIPAA}(N)` },
    url: { method: "drop", source: `${HIPAA}(N)` },
  },
  extensions: programmePolicy.extensions,
  terminologies: clinicalTerminologies,
  recodings: programmePolicy.recodings,
  openReferences: programmePolicy.openReferences,
  questionnaires: programmePolicy.questionnaires.map(({ names, answers }) => ({
    names,
    answers: Object.fromEntries(
      Object.entries(answers)
        // A district is finer than a state: (B).
        .filter(([, rule]) => rule.kind !== "district")
        .map(([linkId, rule]) => [
          linkId,
          rule.kind === "birthDate" || rule.kind === "ageYears" ? { ...rule, years: 1 } : rule,
        ]),
    ),
  })),
};
