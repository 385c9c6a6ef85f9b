import type { Policy } from "../policy.ts";
import { programmeTerminologies } from "./programme-terminologies.ts";

/** UCUM units of laboratory, vital signs and doses. None of age: an age has its own rule. */
const CLINICAL_UNITS = (
  "% 1 {score} {count} mm cm m mm2 cm2 m2 mL dL L uL pg ng ug mg g kg mg/dL g/dL ng/mL pg/mL ug/dL ug/L mg/L g/L " +
  "mmol/L umol/L nmol/L mol/L mmol/mol mEq/L U/L [IU]/L m[IU]/L u[IU]/mL [IU] U mm[Hg] kPa Cel [degF] /min " +
  "{beats}/min {breaths}/min mL/min mL/min/{1.73_m2} 10*3/uL 10*6/uL 10*9/L 10*12/L fL kg/m2 mg/g h min s ms " +
  "mg/kg mL/h L/min"
).split(" ");

/** Clinical values that both policies for research release: numbers in clinical units, and codes of terminologies. */
export const clinicalTypes: Policy["types"] = {
  boolean: "keep",
  code: "keep",
  Coding: "terminology",
  CodeableConcept: { elements: { coding: "type" } },
  Reference: "pseudonym",
  Period: { elements: { start: "type", end: "type" } },
  // No telephone number and no identifier of a person has as few digits.
  Quantity: { method: "quantity", units: CLINICAL_UNITS, least: -99_999, most: 99_999 },
  Duration: { method: "quantity", units: ["s", "min", "h"], least: 0, most: 1000 },
  Range: { elements: { low: "type", high: "type" } },
  Ratio: { elements: { numerator: "type", denominator: "type" } },
  Timing: { elements: { event: "type", code: "type" } },
  Dosage: { unnamed: "type", elements: {} },
};

/** The programme's codes, and those of terminologies of which the code's form alone rules out a name or a number. */
export const clinicalTerminologies: Policy["terminologies"] = {
  ...programmeTerminologies,
  "http://loinc.org": {
    ...programmeTerminologies["http://loinc.org"],
    pattern: "\\d{1,5}-\\d|LP\\d{4,6}-\\d|LA\\d{2,5}-\\d",
  },
  "http://hl7.org/fhir/sid/icd-10": { pattern: "[A-Z]\\d{2}(?:\\.\\d{1,2})?" },
};
