import type { AuditedUser } from "./audit.ts";
import type { Role } from "./role.ts";

/** Answer of `GET /auth/session`. */
export type SessionAnswer =
  | { readonly signedIn: false }
  | {
      readonly signedIn: true;
      /** What the person is called, by the issuer. */
      readonly name: string;
      /** The role that serves, and all that the person may choose by `Aarohan-Role`. */
      readonly role: Role;
      readonly roles: readonly Role[];
      readonly tenant: string;
      /** ISO 8601 instant at which the session ends. */
      readonly expiresAt: string;
    };

/** Answer of `POST /auth/logout`. */
export interface SignOutAnswer {
  readonly signedIn: false;
  /** Where the browser goes to sign out at the issuer too. */
  readonly endSession?: string;
}

/** Whose a session is, as its end is recorded. */
export type SessionHolder = AuditedUser;

/** What came of an attempt to open a session. */
export type OpenedSession =
  | { readonly kind: "opened"; readonly accessToken: string }
  | { readonly kind: "refused" }
  | { readonly kind: "unavailable" };

/** The access token that a session stands for now. */
export type SessionToken =
  | {
      readonly kind: "token";
      readonly accessToken: string;
      readonly name: string;
      /** When the session ends, in milliseconds since 1970. */
      readonly expires: number;
    }
  | { readonly kind: "ended" }
  /** The access token has run out, and the issuer does not answer. */
  | { readonly kind: "unavailable" };
