import type { Policy, ResourceRules } from "../policy.ts";

/** Why no resource of a type leaves: one reason for several types. */
const REASONS: readonly (readonly [reason: string, types: string])[] = [
  [
    "staff and relatives: one front-line worker is about one village",
    "Practitioner PractitionerRole RelatedPerson Person CareTeam Linkage VerificationResult",
  ],
  ["places of work and of screening, with positions", "Location HealthcareService Schedule Slot"],
  ["a front-line worker's own telephone tells who it is", "Device DeviceMetric"],
  ["who works where undoes the district", "Organization OrganizationAffiliation Endpoint InsurancePlan"],
  ["photographs and documents", "Media Binary DocumentReference DocumentManifest Composition"],
  ["free text between people", "Communication CommunicationRequest"],
  ["containers of other resources", "Bundle Parameters MessageHeader OperationOutcome"],
  ["records of the systems and of who used them", "AuditEvent Provenance Subscription"],
  ["decisions about the data themselves", "Consent Contract"],
];

/** Types that no anonymised policy of ours releases. */
export const withheldResources: Policy["resources"] = Object.fromEntries(
  REASONS.flatMap(([withhold, types]) =>
    types.split(" ").map((type): [string, ResourceRules] => [type, { withhold }]),
  ),
);
