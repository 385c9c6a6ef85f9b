import { createHash } from "node:crypto";
import { constants, crc32, deflateRawSync } from "node:zlib";

/** What files at rest are written with, by Node. */
export const nodeGzipPorts = {
  deflate: (bytes: Uint8Array): Uint8Array =>
    deflateRawSync(bytes, { level: 3, finishFlush: constants.Z_SYNC_FLUSH }),
  crc32: (bytes: Uint8Array, before: number): number => crc32(bytes, before),
  sha256: () => createHash("sha256"),
};
