import type { EdgeError } from "@aarohan/contract";

/** `WWW-Authenticate` of a refusal (RFC 6750 §3): no error code where no token was sent (§3.1). */
export function challenge(error: EdgeError, realm: string): string {
  const start = `Bearer realm="${realm}"`;
  if (error.code === "token-missing") return start;
  const code = error.status === 403 ? "insufficient_scope" : "invalid_token";
  return `${start}, error="${code}", error_description="${error.message.replaceAll('"', "'")}"`;
}
