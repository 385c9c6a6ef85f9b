import type { AuditEvent } from "@aarohan/fhir";
import { sha256 } from "@noble/hashes/sha2.js";
import { base64url } from "jose";

/** A place in a chain: after so many entries, the last of which has this hash. */
export interface ChainPlace {
  readonly sequence: number;
  /** SHA-256 in base64url: 43 characters. */
  readonly hash: string;
}

/** An entry as it is kept and sealed: one line of NDJSON. */
export interface ChainedLine extends ChainPlace {
  readonly line: string;
}

const CHAIN_URL = "https://artpark.in/aarohan-edge/audit-chain";
const MARK = `,"extension":[{"url":"${CHAIN_URL}","valueString":"`;
const END = '"}]}';
const HASH = /^(\d{1,15}):([A-Za-z0-9_-]{43})$/;

/** Where a tenant's chain begins: before its first entry. */
export function chainStart(tenant: string): ChainPlace {
  return { sequence: 0, hash: hashText(`aarohan-edge audit chain v1\n${tenant}`) };
}

/**
 * The event as the entry after `last`. Its line is the event's JSON with one extension more, the last of its members:
 * number and hash, which is SHA-256 over the hash before, the number, and the line without the extension, each followed
 * by a line feed. So a chain is checked on the text as it stands, in any language, without parsing it.
 */
export function chained(last: ChainPlace, event: AuditEvent): ChainedLine {
  const text = JSON.stringify(event);
  const sequence = last.sequence + 1;
  const hash = entryHash(last.hash, sequence, text);
  return { sequence, hash, line: `${text.slice(0, -1)}${MARK}${sequence}:${hash}${END}` };
}

/** The place that the line claims, where it does follow `last`; else what is wrong, in words. */
export function follows(last: ChainPlace, line: string): ChainPlace | string {
  const at = line.lastIndexOf(MARK);
  const [, number, hash] =
    at < 0 || !line.endsWith(END) ? [] : (HASH.exec(line.slice(at + MARK.length, -END.length)) ?? []);
  if (number === undefined || hash === undefined) return "a line is no entry of a chain";
  const sequence = Number(number);
  if (sequence !== last.sequence + 1) return `entry ${sequence} stands where ${last.sequence + 1} belongs`;
  const expected = entryHash(last.hash, sequence, `${line.slice(0, at)}}`);
  return expected === hash ? { sequence, hash } : `entry ${sequence} was changed, or one before it`;
}

function entryHash(before: string, sequence: number, text: string): string {
  return hashText(`${before}\n${sequence}\n${text}\n`);
}

function hashText(text: string): string {
  return base64url.encode(sha256(new TextEncoder().encode(text)));
}
