import type { EmbedGrant } from "@aarohan/contract";
import { decodeJwt, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { createEmbedTokens } from "../src/index.ts";

const KEY = new Uint8Array(32).fill(3);
const GRANT: EmbedGrant = {
  tenant: "default",
  widget: "coverage",
  measure: "screening-coverage",
  region: "Karnataka",
  origin: "https://health.example",
};
const tokens = createEmbedTokens(KEY);
const seconds = () => Math.floor(Date.now() / 1000);

function signed(claims: Record<string, unknown>, header: Record<string, string> = {}, key = KEY) {
  return new SignJWT({
    ...GRANT,
    iss: "aarohan-edge",
    aud: "aarohan-embed",
    jti: "id",
    iat: seconds(),
    exp: seconds() + 60,
    ...claims,
  })
    .setProtectedHeader({ alg: "HS256", typ: "embed+jwt", ...header })
    .sign(key);
}

describe("an embed token", () => {
  it("grants what it was made for, and says no more", async () => {
    const token = await tokens.mint(GRANT, "request", seconds() + 60);
    expect(await tokens.verify(token)).toEqual({ kind: "valid", grant: GRANT });
    expect(Object.keys(decodeJwt(token)).toSorted()).toEqual(
      ["aud", "exp", "iat", "iss", "jti", ...Object.keys(GRANT)].toSorted(),
    );
  });

  it("is told apart when it has expired, once it is known to be ours", async () => {
    const token = await tokens.mint(GRANT, "request", seconds() - 1);
    expect(await tokens.verify(token)).toEqual({ kind: "expired", grant: GRANT });
    expect(await createEmbedTokens(new Uint8Array(32)).verify(token)).toEqual({ kind: "invalid" });
  });

  it("is as good as the tests' own when nothing is wrong with it", async () => {
    expect(await tokens.verify(await signed({}))).toMatchObject({ kind: "valid" });
  });

  it.each<[string, Promise<string>]>([
    ["of another audience", signed({ aud: "aarohan-edge" })],
    ["of another issuer", signed({ iss: "https://idp.example" })],
    ["of another type", signed({}, { typ: "JWT" })],
    ["of another algorithm", signed({}, { alg: "HS512" }, new Uint8Array(64).fill(3))],
    ["without an end", signed({ exp: undefined })],
    ["without a name", signed({ jti: undefined })],
    ["for an unknown widget", signed({ widget: "everything" })],
    ["for a region that is none", signed({ region: ["Karnataka"] })],
    ["without an origin", signed({ origin: undefined })],
    ["that is none", Promise.resolve("x.y.z")],
    ["that is nothing", Promise.resolve("")],
  ])("%s is invalid", async (_, token) => {
    expect(await tokens.verify(await token)).toEqual({ kind: "invalid" });
  });

  it("that was made to live longer ends after ten minutes", async () => {
    const token = await signed({ iat: seconds() - 700, exp: seconds() + 3600 });
    expect((await tokens.verify(token)).kind).not.toBe("valid");
  });
});
