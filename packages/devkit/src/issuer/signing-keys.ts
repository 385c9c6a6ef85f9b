import { generateKeyPairSync, type JsonWebKey, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export interface IssuerSecrets {
  /** RSA key with which tokens are signed, as a private JWK. */
  readonly signingKey: JsonWebKey;
  /** Keys with which cookies are signed. */
  readonly cookieKeys: readonly string[];
}

/** Fresh secrets, or those that the file holds; it is written where it does not exist. */
export function issuerSecrets(file: string | undefined): IssuerSecrets {
  if (file === undefined) return freshSecrets();
  if (existsSync(file)) return readSecrets(file);
  const secrets = freshSecrets();
  mkdirSync(dirname(file), { recursive: true });
  // Renamed when it is whole: a process that is killed meanwhile leaves no half a key.
  writeFileSync(`${file}.new`, JSON.stringify(secrets), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return secrets;
}

function freshSecrets(): IssuerSecrets {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    signingKey: {
      ...privateKey.export({ format: "jwk" }),
      kid: randomBytes(8).toString("hex"),
      alg: "RS256",
      use: "sig",
    },
    cookieKeys: [randomBytes(32).toString("base64url")],
  };
}

function readSecrets(file: string): IssuerSecrets {
  try {
    const secrets: Partial<IssuerSecrets> = JSON.parse(readFileSync(file, "utf8"));
    const { signingKey, cookieKeys } = secrets;
    if (signingKey?.d !== undefined && Array.isArray(cookieKeys)) return { signingKey, cookieKeys };
  } catch {
    // The parser's message quotes the file, which holds a private key.
  }
  throw new Error(`the issuer's keys in ${file} cannot be read: delete the file, and new ones are made`);
}
