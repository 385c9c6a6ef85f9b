import { type Access, createAccess, readAccessConfig } from "@aarohan/access";
import { configured } from "@aarohan/settings";

let current: { readonly env: Env; readonly access: Access } | undefined;

/** Throws a ConfigError when the environment cannot be used: then nothing is served. */
export function accessFor(env: Env): Access {
  if (current?.env !== env) current = { env, access: configured(() => createAccess(readAccessConfig(env))) };
  return current.access;
}
