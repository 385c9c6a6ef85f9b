export { AuditTrail } from "./audit-trail.ts";
export { DenyList } from "./deny-list.ts";
export { RateLimiter } from "./rate-limiter.ts";
export { Session } from "./session.ts";
export { Settings } from "./settings.ts";

/** The ledger answers to its bindings alone. */
export default {
  fetch: () => new Response(null, { status: 404 }),
} satisfies ExportedHandler<Env>;
