/**
 * The roles that the gateway knows, the most restrictive first: a caller who holds several is served as the
 * first of them in this order, unless the request names another that the token holds.
 *
 * - `viewer`: aggregates only, no rows.
 * - `data-analyst`: anonymised rows.
 * - `healthcare-provider`: identified rows of the patients that the token authorises.
 * - `system-administrator`: everything.
 */
export const ROLES = ["viewer", "data-analyst", "healthcare-provider", "system-administrator"] as const;

export type Role = (typeof ROLES)[number];

export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}
