import { EdgeError } from "@aarohan/contract";
import { tokenInvalid } from "./refusal.ts";

/** In characters; a token of Keycloak with many roles has a few thousand. */
const MAXIMUM_TOKEN_LENGTH = 16 * 1024;

/** RFC 6750 §2.1: the scheme in any case, one space, one token. Throws `token-missing` or `token-invalid`. */
export function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined || authorization === "") {
    throw new EdgeError("token-missing", "Send an access token: Authorization: Bearer <token>.");
  }
  if (authorization.length > "Bearer ".length + MAXIMUM_TOKEN_LENGTH) throw tokenInvalid();
  const token = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization)?.[1];
  if (token === undefined) throw tokenInvalid();
  return token;
}
