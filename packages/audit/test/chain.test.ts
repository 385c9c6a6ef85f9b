import { createHash, generateKeyPairSync } from "node:crypto";
import type { AuditEvent } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import {
  type AuditHead,
  chained,
  chainStart,
  compareWithHead,
  createHeadSigner,
  createHeadVerifier,
  follows,
  readPublicKeys,
  walkDay,
} from "../src/index.ts";

function event(id: string): AuditEvent {
  return {
    resourceType: "AuditEvent",
    id,
    type: { code: "rest" },
    recorded: "2026-11-23T00:00:00Z",
    agent: [{ requestor: true, altId: 'a,"extension":[{"url":"ನಮಸ್ತೆ' }],
    source: { observer: { display: "x" } },
  };
}

function lines(count: number): string[] {
  const made: string[] = [];
  let end = chainStart("tenant");
  for (let index = 0; index < count; index += 1) {
    const entry = chained(end, event(`event-${index}`));
    made.push(entry.line);
    end = entry;
  }
  return made;
}

function signingKey(type: "ed25519" | "ec"): string {
  const { privateKey } =
    type === "ec" ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("ed25519");
  return JSON.stringify({ ...privateKey.export({ format: "jwk" }), kid: type });
}

const HEAD: AuditHead = {
  tenant: "tenant",
  day: "2026-11-23",
  first: 1,
  entries: 3,
  previous: "p",
  head: "h",
  sealed: "2026-11-24T00:15:00Z",
};

describe("a chain", () => {
  it("can be checked on the text of its lines with a hash function alone", () => {
    let hash = createHash("sha256").update("aarohan-edge audit chain v1\ntenant").digest("base64url");
    for (const [index, line] of lines(3).entries()) {
      const [, text = "", number, claimed] =
        /^(.*),"extension":\[\{"url":"[^"]*","valueString":"(\d+):([^"]+)"\}\]\}$/.exec(line) ?? [];
      hash = createHash("sha256")
        .update(`${hash}\n${index + 1}\n${text}}\n`)
        .digest("base64url");
      expect([number, claimed]).toEqual([String(index + 1), hash]);
      expect(JSON.parse(line)).toMatchObject(event(`event-${index}`));
    }
  });

  it("begins otherwise for each tenant", () => {
    expect(chainStart("a").hash).not.toBe(chainStart("b").hash);
  });

  it.each<[string, (all: string[]) => string[], number]>([
    ["a changed character", ([a = "", b = "", c = ""]) => [a, b.replace("event-1", "event-9"), c], 1],
    ["a missing line", ([a = "", , c = ""]) => [a, c], 1],
    ["a line twice", ([a = "", b = "", c = ""]) => [a, b, b, c], 2],
    ["two that changed places", ([a = "", b = "", c = ""]) => [b, a, c], 0],
    ["a line that is none of a chain", ([a = "", b = ""]) => [a, b, "{}"], 2],
    ["a line with something behind it", ([a = "", b = ""]) => [a, `${b} `], 1],
  ])("breaks at %s", async (_, change, whole) => {
    const walked = await walkDay(chainStart("tenant"), change(lines(3)));
    expect(walked.problem).toBeDefined();
    expect(walked.entries).toBe(whole);
  });

  it("does not go on from another place", () => {
    const [first = ""] = lines(1);
    expect(follows(chainStart("other"), first)).toMatch(/was changed/);
    expect(follows({ sequence: 4, hash: chainStart("tenant").hash }, first)).toMatch(
      /stands where 5 belongs/,
    );
  });

  it("is compared with the head that was signed", async () => {
    const walked = await walkDay(chainStart("tenant"), lines(3));
    const head = { ...HEAD, head: walked.end.hash };
    expect(compareWithHead(walked, head)).toEqual([]);
    expect(compareWithHead(walked, HEAD)).toHaveLength(1);
    expect(compareWithHead(walked, { ...head, entries: 4 })).toHaveLength(1);
    expect(compareWithHead(walked, { ...head, first: 2 })).toHaveLength(1);
  });
});

describe("a head", () => {
  it.each(["ed25519", "ec"] as const)("is signed with a key of type %s, and read back", async (type) => {
    const key = signingKey(type);
    const jws = await createHeadSigner(key).sign(HEAD);
    const publicKeys = readPublicKeys(JSON.stringify({ keys: [JSON.parse(key)] }));
    expect(JSON.stringify(publicKeys)).not.toContain('"d"');
    expect(await createHeadVerifier(publicKeys)(jws)).toEqual(HEAD);
  });

  it("is refused when changed, or signed by another key of the same name", async () => {
    const jws = await createHeadSigner(signingKey("ed25519")).sign(HEAD);
    const [header, , signature] = jws.split(".");
    const other = Buffer.from(JSON.stringify({ ...HEAD, entries: 2 })).toString("base64url");
    const signer = createHeadSigner(signingKey("ed25519"));
    await expect(signer.verify(jws)).rejects.toThrow();
    await expect(signer.verify(`${header}.${other}.${signature}`)).rejects.toThrow();
  });

  it.each([
    "",
    "{}",
    "secret",
    '{"kty":"oct","k":"c2VjcmV0","kid":"a"}',
    '{"kty":"OKP","crv":"Ed25519","x":"c2VjcmV0","kid":"a"}',
  ])("needs a key that can sign: not %s", (text) => {
    expect(() => createHeadSigner(text)).toThrow(/^AUDIT_SIGNING_KEY: /);
    expect(() => createHeadSigner(text)).not.toThrow(/c2VjcmV0|secret/);
  });
});
