import { mergeConfig } from "vitest/config";
import shared from "../vitest.shared.ts";

/** Each file starts its own programme on free ports; three at a time, because exports are waited for more than they work. */
export default mergeConfig(shared, {
  test: { maxWorkers: 3, isolate: false },
});
