import { EdgeError } from "@aarohan/contract";
import { errors } from "jose";

/** What is wrong with the token itself; all else that jose throws is a fault of the issuer's key set. */
const TOKEN_ERRORS = [
  errors.JWTClaimValidationFailed,
  errors.JWSSignatureVerificationFailed,
  errors.JWSInvalid,
  errors.JWTInvalid,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

/** How long to wait before the issuer is asked again, and what `Retry-After` says. */
export const ISSUER_RETRY_SECONDS = 5;

/** What jose found, without its words: they can quote the token. */
export function refusalOf(error: unknown): EdgeError {
  if (error instanceof EdgeError) return error;
  if (error instanceof errors.JWTExpired) {
    return new EdgeError("token-expired", "The access token has expired: get a new one.");
  }
  if (TOKEN_ERRORS.some((kind) => error instanceof kind)) return tokenInvalid();
  return new EdgeError(
    "issuer-unreachable",
    "The issuer's keys cannot be fetched: check the OAuth configuration.",
    { retryAfterSeconds: ISSUER_RETRY_SECONDS },
  );
}

export function tokenInvalid(): EdgeError {
  return new EdgeError(
    "token-invalid",
    "The access token is not valid here: verify the token, its issuer and its audience, and the OAuth configuration.",
  );
}
