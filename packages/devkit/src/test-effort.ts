/**
 * How many of the random cases, kills or looks of a test are done: all of them where `TEST_EFFORT` is 1, as in `.ci/run`; else
 * that share, a quarter by default, and at least one. Throws for what is no share.
 */
export function effort(all: number): number {
  const share = Number(process.env.TEST_EFFORT ?? 0.25);
  if (!(share > 0 && share <= 1)) throw new Error("TEST_EFFORT is a share above 0, 1 at most");
  return Math.max(1, Math.ceil(all * share));
}
