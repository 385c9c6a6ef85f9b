import { generateKeyPairSync, type JsonWebKey, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export interface IssuerSecrets {
  /** RSA key with which tokens are signed, as a private JWK. */
  readonly signingKey: JsonWebKey;
  /** Keys with which cookies are signed. */
  readonly cookieKeys: readonly string[];
}

/** Fresh secrets, or those that the file holds; it is written where it does not exist. */
export function issuerSecrets(file: string | undefined): IssuerSecrets {
  if (file !== undefined && existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const secrets: IssuerSecrets = {
    signingKey: {
      ...privateKey.export({ format: "jwk" }),
      kid: randomBytes(8).toString("hex"),
      alg: "RS256",
      use: "sig",
    },
    cookieKeys: [randomBytes(32).toString("base64url")],
  };
  if (file !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  }
  return secrets;
}
