/** A refusal of this server: status, FHIR issue type and words. */
export class FhirError extends Error {
  override readonly name = "FhirError";
  readonly status: number;
  readonly issue: string;

  constructor(status: number, issue: string, message: string) {
    super(message);
    this.status = status;
    this.issue = issue;
  }
}

export interface Outcome {
  readonly resourceType: "OperationOutcome";
  readonly issue: readonly [
    { readonly severity: "error"; readonly code: string; readonly diagnostics: string },
  ];
}

export function outcomeOf(error: FhirError): Outcome {
  return {
    resourceType: "OperationOutcome",
    issue: [{ severity: "error", code: error.issue, diagnostics: error.message }],
  };
}
