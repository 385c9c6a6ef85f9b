import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

// A context made after the flag has what `node --expose-gc` gives: the bench needs no flag of its own.
setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

export function collectGarbage(): void {
  collect();
}

/** Megabytes (10^6 bytes) of the JavaScript heap in use, garbage included. */
export function heapMegabytes(): number {
  return process.memoryUsage().heapUsed / 1e6;
}
