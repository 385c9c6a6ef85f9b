import { mergeConfig } from "vitest/config";
import shared from "../vitest.shared.ts";

/** Each file starts its own programme on free ports; two cores carry one at a time. */
export default mergeConfig(shared, {
  test: { fileParallelism: false, testTimeout: 30_000, hookTimeout: 60_000 },
});
