import { CompactSign, compactVerify, decodeProtectedHeader, importJWK, type JWK } from "jose";

/** What a sealed day was: signed, and published where whoever keeps the files cannot rewrite it. */
export interface AuditHead {
  readonly tenant: string;
  /** `2026-11-23`, in UTC. */
  readonly day: string;
  /** Number of the day's first entry. */
  readonly first: number;
  readonly entries: number;
  /** Hash of the last entry before the day. */
  readonly previous: string;
  /** Hash of the day's last entry. */
  readonly head: string;
  /** ISO 8601 instant. */
  readonly sealed: string;
}

const TYPE = "audit-head+json";

export interface HeadSigner {
  /** Head → JWS in compact form (RFC 7515 §7.1). */
  sign(head: AuditHead): Promise<string>;
  /** Throws where it was not signed by this key. */
  verify(jws: string): Promise<AuditHead>;
}

/**
 * `keyText`: a private JWK (RFC 7517) with its `kid`, of type OKP (Ed25519) or EC (P-256). `earlier`: public keys of
 * heads that were signed before. Throws an Error that names the setting, and never the key.
 */
export function createHeadSigner(keyText: string, earlier: readonly JWK[] = []): HeadSigner {
  const key = readKey("AUDIT_SIGNING_KEY", keyText);
  if (key.d === undefined) throw new Error("AUDIT_SIGNING_KEY: is a private JWK");
  const algorithm = algorithmOf(key);
  const verify = createHeadVerifier([publicPart(key), ...earlier]);
  return {
    verify,
    async sign(head) {
      return new CompactSign(new TextEncoder().encode(JSON.stringify(head)))
        .setProtectedHeader({ alg: algorithm, kid: key.kid ?? "", typ: TYPE })
        .sign(await importJWK(key, algorithm));
    },
  };
}

/** Heads signed by one of these public keys. */
export function createHeadVerifier(keys: readonly JWK[]): (jws: string) => Promise<AuditHead> {
  return async function verify(jws) {
    const { kid, typ } = decodeProtectedHeader(jws);
    const key = keys.find((known) => known.kid === kid);
    if (key === undefined || typ !== TYPE) throw new Error("the head is not signed by a known key");
    const algorithm = algorithmOf(key);
    const { payload } = await compactVerify(jws, await importJWK(key, algorithm), {
      algorithms: [algorithm],
    });
    return JSON.parse(new TextDecoder().decode(payload));
  };
}

/** A public JWK, or a set of them (RFC 7517 §5). Throws an Error for anything else. */
export function readPublicKeys(text: string): JWK[] {
  const set: unknown = JSON.parse(text);
  const { keys = [set] } = Object(set);
  if (!Array.isArray(keys)) throw new Error("keys is no list");
  return keys.map((key) => publicPart(readKey("key", JSON.stringify(key))));
}

function publicPart({ kty, crv, x, y, kid }: JWK): JWK {
  return Object.fromEntries(
    Object.entries({ kty, crv, x, y, kid }).filter(([, value]) => value !== undefined),
  );
}

function readKey(setting: string, text: string): JWK {
  try {
    const key: JWK = JSON.parse(text);
    if (typeof key?.kid === "string" && key.kid !== "" && algorithmOf(key) !== "") return key;
  } catch {
    // The parser's message quotes the text: it is not passed on.
  }
  throw new Error(`${setting}: is a JWK with a kid, of type OKP (Ed25519) or EC (P-256)`);
}

function algorithmOf({ kty, crv }: JWK): "EdDSA" | "ES256" | "" {
  if (kty === "OKP" && crv === "Ed25519") return "EdDSA";
  return kty === "EC" && crv === "P-256" ? "ES256" : "";
}
