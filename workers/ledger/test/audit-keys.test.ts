import { type AuditHead, createHeadSigner } from "@aarohan/audit";
import { ConfigError } from "@aarohan/settings";
import { describe, expect, it } from "vitest";
import { headSigner } from "../src/config.ts";

const HEAD: AuditHead = {
  tenant: "tenant",
  day: "2026-11-23",
  first: 1,
  entries: 1,
  previous: "a",
  head: "b",
  sealed: "2026-11-24T00:15:00.000Z",
};

async function newKey(kid: string) {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error("no pair of keys");
  const [secret, open] = await Promise.all([
    crypto.subtle.exportKey("jwk", pair.privateKey),
    crypto.subtle.exportKey("jwk", pair.publicKey),
  ]);
  return { secret: JSON.stringify({ ...secret, kid }), open: JSON.stringify({ ...open, kid }) };
}

describe("another signing key", () => {
  it("signs from then on, and what the one before signed stays good where its public half is kept", async () => {
    const [before, now] = [await newKey("2026"), await newKey("2027")];
    const sealed = await createHeadSigner(before.secret).sign(HEAD);
    const signer = headSigner({ AUDIT_SIGNING_KEY: now.secret, AUDIT_EARLIER_KEYS: before.open });
    expect(await signer.verify(sealed)).toEqual(HEAD);
    const signed = await signer.sign(HEAD);
    expect(await signer.verify(signed)).toEqual(HEAD);
    await expect(createHeadSigner(before.secret).verify(signed)).rejects.toThrow();
  });

  it("does not vouch for what was signed before without it", async () => {
    const [before, now] = [await newKey("2026"), await newKey("2027")];
    const sealed = await createHeadSigner(before.secret).sign(HEAD);
    await expect(headSigner({ AUDIT_SIGNING_KEY: now.secret }).verify(sealed)).rejects.toThrow();
  });

  it("does not have the private half of the one before in a setting", async () => {
    const [before, now] = [await newKey("2026"), await newKey("2027")];
    const read = () => headSigner({ AUDIT_SIGNING_KEY: now.secret, AUDIT_EARLIER_KEYS: before.secret });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/^AUDIT_EARLIER_KEYS: /);
  });
});
