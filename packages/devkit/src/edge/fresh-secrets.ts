import { generateKeyPairSync, randomBytes } from "node:crypto";

/** Random values for the secrets that nobody else has to know, by the names of the workers' settings. */
export function freshSecrets(): Record<string, string> {
  return {
    PSEUDONYM_KEYS: `1:${randomBytes(32).toString("base64url")}`,
    PAGE_LINK_KEY: randomBytes(32).toString("base64url"),
    AUDIT_SIGNING_KEY: JSON.stringify({
      ...generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }),
      kid: randomBytes(6).toString("base64url"),
    }),
  };
}
