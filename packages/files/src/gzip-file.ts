import { sha256 } from "@noble/hashes/sha2.js";

/** Where a gzip member begins: in the file's own bytes, and in the compressed ones. */
export interface GzipMember {
  readonly offset: number;
  readonly compressedOffset: number;
}

/** A file at rest: gzip members of about 1 MiB each (RFC 1952 §2.2), so that a range costs one small decompression. */
export interface GzipFile {
  readonly members: readonly GzipMember[];
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

const MEMBER_BYTES = 1024 * 1024;

/** Writes a file in members. Holds what is compressed so far, and one member that is not. */
export class GzipWriter {
  readonly #digest = sha256.create();
  readonly #members: GzipMember[] = [];
  readonly #compressed: Uint8Array[] = [];
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #size = 0;
  #compressedSize = 0;

  /** Bytes of the file so far. */
  get size(): number {
    return this.#size + this.#waitingBytes;
  }

  /** Compressed bytes so far; what waits for its member is not in them yet. */
  get compressedSize(): number {
    return this.#compressedSize;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= MEMBER_BYTES) await this.#closeMember();
  }

  async finish(): Promise<GzipContent> {
    // An empty file is one empty member: no bytes at all would be no gzip.
    if (this.#waitingBytes > 0 || this.#members.length === 0) await this.#closeMember();
    const file = {
      members: this.#members,
      size: this.#size,
      compressedSize: this.#compressedSize,
      digest: this.#digest.digest(),
    };
    return { file, bytes: joined(this.#compressed, this.#compressedSize) };
  }

  async #closeMember(): Promise<void> {
    const bytes = joined(this.#waiting, this.#waitingBytes);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#digest.update(bytes);
    const compressed = await through(new CompressionStream("gzip"), bytes);
    this.#members.push({ offset: this.#size, compressedOffset: this.#compressedSize });
    this.#compressed.push(compressed);
    this.#size += bytes.length;
    this.#compressedSize += compressed.length;
  }
}

export async function through(
  transform: CompressionStream | DecompressionStream,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(transform);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
