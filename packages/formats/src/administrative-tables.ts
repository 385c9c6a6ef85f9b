import {
  codeColumn,
  column,
  conceptColumns,
  dateColumn,
  idColumns,
  listColumn,
  referenceColumn,
} from "./columns.ts";
import { textAt } from "./read-element.ts";
import type { Column } from "./table.ts";

const identifiersOf = (type: string) =>
  listColumn("identifiers", `${type}.identifier`, "Values of the identifiers.", (identifier) =>
    textAt(identifier, "value"),
  );
const activeOf = (type: string) => column("active", "boolean", `${type}.active`, "Whether it is in use.");

/** Columns of the types that say who people are, or show them: only who sees identified data gets these tables. */
export const ADMINISTRATIVE_TABLES: Readonly<Record<string, readonly Column[]>> = {
  Practitioner: [
    ...idColumns("Practitioner"),
    identifiersOf("Practitioner"),
    activeOf("Practitioner"),
    listColumn("given_name", "Practitioner.name", "Given names.", (name) => textAt(name, "given", 0)),
    column("family_name", "string", "Practitioner.name.family", "Family name."),
    listColumn("telecom", "Practitioner.telecom", "Telephone numbers and addresses.", (telecom) =>
      textAt(telecom, "value"),
    ),
  ],
  Organization: [
    ...idColumns("Organization"),
    identifiersOf("Organization"),
    activeOf("Organization"),
    column("name", "string", "Organization.name", "Name."),
    ...conceptColumns("type", "Organization.type", "Kind of organisation"),
    referenceColumn("part_of_id", "Organization.partOf", "Organisation that it is a part of."),
  ],
  Location: [
    ...idColumns("Location"),
    identifiersOf("Location"),
    codeColumn("status", "http://hl7.org/fhir/location-status", "Location.status", "Status of the place."),
    column("name", "string", "Location.name", "Name."),
    ...conceptColumns("physical_type", "Location.physicalType", "Physical form of the place"),
    column("latitude", "decimal", "Location.position.latitude", "Latitude in degrees (WGS84)."),
    column("longitude", "decimal", "Location.position.longitude", "Longitude in degrees (WGS84)."),
    referenceColumn("part_of_id", "Location.partOf", "Place that it is a part of."),
  ],
  Media: [
    ...idColumns("Media"),
    codeColumn("status", "http://hl7.org/fhir/event-status", "Media.status", "Status of the photograph."),
    referenceColumn("patient_id", "Media.subject", "Patient that it shows."),
    referenceColumn("encounter_id", "Media.encounter", "Encounter that it belongs to."),
    dateColumn("created", "Media.created", "When it was taken."),
    ...conceptColumns("body_site", "Media.bodySite", "Part of the body"),
    column("content_type", "string", "Media.content.contentType", "Media type of the file."),
    column("content_title", "string", "Media.content.title", "Title of the file."),
    column("content_url", "string", "Media.content.url", "Address of the file."),
  ],
  DocumentReference: [
    ...idColumns("DocumentReference"),
    codeColumn(
      "status",
      "http://hl7.org/fhir/document-reference-status",
      "DocumentReference.status",
      "Status of the reference.",
    ),
    ...conceptColumns("type", "DocumentReference.type", "Kind of document"),
    referenceColumn("patient_id", "DocumentReference.subject", "Patient that it is about."),
    column("date", "dateTime", "DocumentReference.date", "When the reference was made."),
    column(
      "content_type",
      "string",
      "DocumentReference.content.attachment.contentType",
      "Media type of the first file.",
    ),
    listColumn("content_urls", "DocumentReference.content", "Addresses of the files.", (content) =>
      textAt(content, "attachment", "url"),
    ),
  ],
  Consent: [
    ...idColumns("Consent"),
    codeColumn(
      "status",
      "http://hl7.org/fhir/consent-state-codes",
      "Consent.status",
      "Status of the consent.",
    ),
    ...conceptColumns("scope", "Consent.scope", "What it is about"),
    ...conceptColumns("category", "Consent.category", "Kind of consent"),
    referenceColumn("patient_id", "Consent.patient", "Patient who decided."),
    column("date_time", "string", "Consent.dateTime", "When it was given."),
    codeColumn(
      "provision",
      "http://hl7.org/fhir/consent-provision-type",
      "Consent.provision.type",
      "Whether the provision denies or permits.",
    ),
    column("start", "string", "Consent.provision.period.start", "Begin of the provision."),
    column("end", "string", "Consent.provision.period.end", "End of the provision."),
  ],
};
