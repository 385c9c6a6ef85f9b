import { generateKeyPairSync } from "node:crypto";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { mergeConfig } from "vitest/config";
import shared from "../../vitest.shared.ts";

const AUDIT_SIGNING_KEY = JSON.stringify({
  ...generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }),
  kid: "test",
});

/** The tests run inside the Workers runtime, with the worker's own bindings. */
export default mergeConfig(shared, {
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.jsonc" },
      miniflare: { bindings: { AUDIT_SIGNING_KEY } },
    }),
  ],
});
