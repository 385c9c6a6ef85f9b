import { EdgeError } from "@aarohan/contract";

/** Whether what asserts that somebody may do something does not refuse it. */
export function isAllowed(assert: () => void): boolean {
  try {
    assert();
    return true;
  } catch (error) {
    if (error instanceof EdgeError) return false;
    throw error;
  }
}
