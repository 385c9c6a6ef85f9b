/** Anchored, so that a value leaves only if all of it is what the policy says. Throws an Error in words. */
export function wholePattern(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, "u");
  } catch {
    throw new Error("has a pattern that is no regular expression");
  }
}
