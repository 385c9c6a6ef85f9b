import type { EdgeError } from "@aarohan/contract";

/** What a lenient caller is told in the manifest of what was passed over: a sentence that names the parameter. */
export function complaintOf({ message, parameter }: EdgeError): string {
  return parameter === undefined || message.includes(parameter) ? message : `${parameter}: ${message}`;
}
