/** Where a segment begins: in the file's own bytes, and in the compressed ones. */
export interface GzipSegment {
  readonly offset: number;
  readonly compressedOffset: number;
}

/**
 * A file at rest: one gzip member (RFC 1952), whose deflated data (RFC 1951) are cut into segments of about 1 MiB that
 * know nothing of each other, so that a range costs one small decompression. Several members would be shorter to say, but
 * some clients stop after the first.
 */
export interface GzipFile {
  readonly segments: readonly GzipSegment[];
  /** Of the file's own bytes. */
  readonly size: number;
  readonly compressedSize: number;
  /** SHA-256 of the file's own bytes. */
  readonly digest: Uint8Array;
}

export interface GzipContent {
  readonly file: GzipFile;
  readonly bytes: Uint8Array;
}

/** What the platform does natively. */
export interface GzipPorts {
  /** Raw deflate without a final block, ended by a flush to the byte's border (`Z_SYNC_FLUSH`). */
  readonly deflate: (bytes: Uint8Array) => Uint8Array;
  readonly crc32: (bytes: Uint8Array, before: number) => number;
  readonly sha256: () => { update(bytes: Uint8Array): unknown; digest(): Uint8Array };
}

const SEGMENT_BYTES = 1024 * 1024;
/** Deflate, no flags, no time, no hints, unknown system: the same content gives the same bytes. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
/** An empty last block: ends a deflate stream at a byte's border. */
export const LAST_BLOCK = Uint8Array.of(3, 0);
const TRAILER_BYTES = 8;

/** Writes a file. Holds what is compressed so far, and one segment that is not. */
export class GzipWriter {
  readonly #ports: GzipPorts;
  readonly #digest: ReturnType<GzipPorts["sha256"]>;
  readonly #segments: GzipSegment[] = [];
  readonly #compressed: Uint8Array[] = [HEADER];
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #size = 0;
  #compressedSize = HEADER.length;
  #crc = 0;

  constructor(ports: GzipPorts) {
    this.#ports = ports;
    this.#digest = ports.sha256();
  }

  /** Bytes of the file so far. */
  get size(): number {
    return this.#size + this.#waitingBytes;
  }

  /** Compressed bytes so far; what waits for its segment is not in them yet. */
  get compressedSize(): number {
    return this.#compressedSize;
  }

  write(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= SEGMENT_BYTES) this.#closeSegment();
  }

  finish(): GzipContent {
    if (this.#waitingBytes > 0) this.#closeSegment();
    this.#add(LAST_BLOCK);
    this.#add(trailer(this.#crc, this.#size));
    const file = {
      segments: this.#segments,
      size: this.#size,
      compressedSize: this.#compressedSize,
      digest: this.#digest.digest(),
    };
    return { file, bytes: joined(this.#compressed, this.#compressedSize) };
  }

  #closeSegment(): void {
    const bytes = joined(this.#waiting, this.#waitingBytes);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#digest.update(bytes);
    this.#crc = this.#ports.crc32(bytes, this.#crc);
    this.#segments.push({ offset: this.#size, compressedOffset: this.#compressedSize });
    this.#add(this.#ports.deflate(bytes));
    this.#size += bytes.length;
  }

  #add(compressed: Uint8Array): void {
    this.#compressed.push(compressed);
    this.#compressedSize += compressed.length;
  }
}

/** CRC-32, and the size modulo 2^32 (RFC 1952 §2.3.1). */
function trailer(crc: number, size: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(TRAILER_BYTES));
  bytes.setUint32(0, crc, true);
  bytes.setUint32(4, size % 2 ** 32, true);
  return new Uint8Array(bytes.buffer);
}

/** Where the segments' data end: what follows is the last block and the trailer. */
export function endOfSegments({ compressedSize }: GzipFile): number {
  return compressedSize - LAST_BLOCK.length - TRAILER_BYTES;
}

export function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
