import { mergeConfig } from "vitest/config";
import shared from "../../vitest.shared.ts";

/** One programme and one browser for all files. */
export default mergeConfig(shared, {
  test: { globalSetup: "src/programme.ts", maxWorkers: 2, testTimeout: 120_000 },
});
