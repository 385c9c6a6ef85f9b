import type { EdgeError } from "@aarohan/contract";
import type { OperationOutcome } from "./resource.ts";

/**
 * The one place that turns an error into an OperationOutcome (FHIR R4 §3.1.0.1.10 and OperationOutcome).
 * `details.coding` holds the stable code, `expression` names the parameter, `diagnostics` says what to do.
 */
export function operationOutcome(error: EdgeError): OperationOutcome {
  return {
    resourceType: "OperationOutcome",
    issue: [
      {
        severity: error.status >= 500 && error.issue === "exception" ? "fatal" : "error",
        code: error.issue,
        details: { coding: [{ system: "https://artpark.in/aarohan-edge/error", code: error.code }] },
        diagnostics: error.message,
        ...(error.parameter === undefined ? {} : { expression: [`http.${error.parameter}`] }),
      },
    ],
  };
}
