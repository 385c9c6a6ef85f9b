import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { mergeConfig } from "vitest/config";
import shared from "../../vitest.shared.ts";

/** The tests run inside the Workers runtime, with the worker's own bindings. */
export default mergeConfig(shared, {
  plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.jsonc" } })],
});
