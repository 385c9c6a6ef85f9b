import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { plainText } from "./plain-text.ts";

export interface Complaint {
  readonly text: string;
  /** False for a mere notice (FHIR R4, IssueSeverity `information`): nothing is missing. */
  readonly isSerious: boolean;
}

/** The issues of a file of OperationOutcomes, one a line. Holds one line. */
export async function* complaintsIn(path: string): AsyncGenerator<Complaint> {
  for await (const line of createInterface({ input: createReadStream(path) })) {
    for (const issue of issuesOf(line)) {
      const { severity, diagnostics, details } = Object(issue);
      const text = String(diagnostics ?? Object(details).text ?? "a complaint without words");
      yield { text: plainText(text), isSerious: severity !== "information" };
    }
  }
}

/** A line that is no OperationOutcome still complains. */
function issuesOf(line: string): unknown[] {
  try {
    const { issue } = Object(JSON.parse(line));
    return Array.isArray(issue) ? issue : [{}];
  } catch {
    return [{}];
  }
}
