import { EdgeError } from "@aarohan/contract";
import type { RateLimiter } from "@aarohan/ledger";

/** Charges a whole answer against the user's 10 MB a minute. Throws `download-limited`, with the seconds until the debt is paid. */
export async function chargeBytes(limiter: DurableObjectStub<RateLimiter>, bytes: number): Promise<void> {
  const retryAfterSeconds = await limiter.charge(bytes);
  if (retryAfterSeconds === undefined) return;
  throw new EdgeError(
    "download-limited",
    "More than 10 MB within a minute: wait as long as Retry-After says.",
    {
      retryAfterSeconds,
    },
  );
}
