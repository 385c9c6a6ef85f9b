import { UsageError } from "../command-io.ts";
import { ExportFault } from "./export-fault.ts";
import type { Manifest } from "./manifest.ts";

/**
 * The instant from which the changes after a run are asked for. Throws a UsageError where they would not complete it: the run
 * was ordered with other options, or ended before its transaction time.
 */
export function sinceOf(last: Manifest, kickOff: URL): string {
  if (last.request.searchParams.has("_until")) {
    throw new UsageError("--since last: the newest run was cut off by --until; give an instant instead");
  }
  if (selectionOf(last.request) !== selectionOf(kickOff)) {
    throw new UsageError(
      "--since last: the newest run was ordered with another --base, --level, --type, --type-filter, --elements, --patient or --format; its changes need the same",
    );
  }
  return last.transactionTime;
}

/** True for the changes after that very run. */
export function followsOn(manifest: Manifest, last: Manifest): boolean {
  return manifest.request.searchParams.get("_since") === last.transactionTime;
}

/** Throws an ExportFault where changes do not fit to what they follow on: ids or columns would not be the same. */
export function assertFits(manifest: Manifest, last: Manifest): void {
  const differences = [
    ...(baseOf(manifest.request) === baseOf(last.request) ? [] : ["it is of another server or tenant"]),
    ...(manifest.keyId === last.keyId ? [] : ["pseudonyms have a new key"]),
    ...(manifest.format === last.format ? [] : ["the format is another one"]),
    ...(manifest.policy.name === last.policy.name && manifest.policy.hash === last.policy.hash
      ? []
      : ["the policy has changed"]),
  ];
  if (differences.length === 0) return;
  throw new ExportFault(
    `These changes do not fit to the run before (${differences.join("; ")}): nothing is downloaded. Export everything once, without --since, into another folder.`,
  );
}

/** The kick-off without its times, in an order of its own. */
function selectionOf(kickOff: URL): string {
  const parameters = [...kickOff.searchParams]
    .filter(([name]) => name !== "_since" && name !== "_until")
    .map(([name, value]) => `${name}=${name === "_type" ? value.split(",").sort().join(",") : value}`);
  return [`${kickOff.origin}${kickOff.pathname}`, ...parameters.sort()].join("&");
}

function baseOf({ origin, pathname }: URL): string {
  return `${origin}${pathname.replace(/(?:Patient|Group\/[^/]+)?\/?\$export$/, "")}`;
}
