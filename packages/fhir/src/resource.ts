/**
 * FHIR R4 resource and data types, as published by HL7 (types only). `AnyResource` is what comes from outside: a
 * resource type and anything else; narrow it before use.
 */
export type {
  AuditEvent,
  AuditEventEntity,
  Bundle,
  CapabilityStatement,
  CodeableConcept,
  Coding,
  FhirResource,
  OperationDefinition,
  OperationDefinitionParameter,
  OperationOutcome,
  OperationOutcomeIssue,
  Patient,
  QuestionnaireResponse,
  Resource,
  SearchParameter as SearchParameterDefinition,
} from "fhir/r4";

/** A JSON value, as JSON.parse gives it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

/** A resource from outside: nothing about it is known but that it has a type. */
export type AnyResource = JsonObject & { readonly resourceType: string };
