import type { Policy, ResourceRules } from "../policy.ts";

/** Why no resource of a type leaves: one reason for several types. */
const REASONS: readonly (readonly [reason: string, types: string])[] = [
  [
    "staff and relatives: one front-line worker is about one village",
    "Practitioner PractitionerRole RelatedPerson Person CareTeam Linkage VerificationResult",
  ],
  [
    "places of work and calendars of staff",
    "Location HealthcareService Schedule Slot Appointment AppointmentResponse",
  ],
  ["a front-line worker's own telephone tells who it is", "Device DeviceMetric"],
  ["who works where undoes the district", "Organization OrganizationAffiliation Endpoint InsurancePlan"],
  ["photographs and documents", "Media Binary DocumentReference DocumentManifest Composition"],
  ["free text between people", "Communication CommunicationRequest"],
  ["containers of other resources", "Bundle Parameters MessageHeader OperationOutcome"],
  ["records of the systems and of who used them", "AuditEvent Provenance Subscription"],
  ["decisions about the data themselves", "Consent Contract"],
  ["a sequence of genes is its owner's own", "MolecularSequence"],
  [
    "insurance: the numbers of its holders are theirs",
    "Coverage CoverageEligibilityRequest CoverageEligibilityResponse EnrollmentRequest EnrollmentResponse",
  ],
  ["without its codes it would recommend nothing", "ImmunizationRecommendation"],
  ["aggregates have rules of their own", "MeasureReport"],
  [
    "definitions, which are no data of patients",
    "ActivityDefinition CapabilityStatement CatalogEntry ChargeItemDefinition CodeSystem CompartmentDefinition " +
      "ConceptMap DeviceDefinition EffectEvidenceSynthesis EventDefinition Evidence EvidenceVariable ExampleScenario " +
      "GraphDefinition ImplementationGuide Library Measure MessageDefinition NamingSystem ObservationDefinition " +
      "OperationDefinition PlanDefinition Questionnaire ResearchDefinition ResearchElementDefinition ResearchStudy " +
      "RiskEvidenceSynthesis SearchParameter SpecimenDefinition StructureDefinition StructureMap " +
      "TerminologyCapabilities TestReport TestScript ValueSet",
  ],
];

/** Types that no anonymised policy of ours releases. */
export const withheldResources: Policy["resources"] = Object.fromEntries(
  REASONS.flatMap(([withhold, types]) =>
    types.split(" ").map((type): [string, ResourceRules] => [type, { withhold }]),
  ),
);
