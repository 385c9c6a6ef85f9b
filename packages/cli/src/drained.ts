import type { Writable } from "node:stream";

/** Resolves when the stream takes more, or takes nothing any more. */
export function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    function done(): void {
      stream.off("drain", done);
      stream.off("close", done);
      resolve();
    }
    stream.on("drain", done);
    stream.on("close", done);
    if (stream.closed) done();
  });
}
