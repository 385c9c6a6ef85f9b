import { readFile } from "node:fs/promises";
import { type PseudonymKey, parsePseudonymKeys } from "@aarohan/deid";
import { UsageError } from "./command-io.ts";

/**
 * Keys from `--key-file` or AAROHAN_KEY, in the gateway's form (`id:base64url,…`) or as one bare secret of 32 bytes and
 * more in base64url. Never from an argument: arguments are seen by everybody on the machine.
 */
export async function pseudonymKeys(
  keyFile: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly PseudonymKey[]> {
  const text = keyFile === undefined ? env.AAROHAN_KEY : await readKeyFile(keyFile);
  if (!text?.trim()) {
    throw new UsageError(
      "there is no key: put one into AAROHAN_KEY or a file for --key-file, for example by openssl rand -base64 32 | tr '+/' '-_' > key",
    );
  }
  const bare = /^[A-Za-z0-9_-]+=*$/.test(text.trim()) ? `0:${text.trim()}` : text.trim();
  try {
    return parsePseudonymKeys(bare);
  } catch (error) {
    const problem =
      error instanceof Error ? error.message.replace(/^PSEUDONYM_KEYS: /, "") : "cannot be used";
    throw new UsageError(`the key ${problem}`);
  }
}

async function readKeyFile(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new UsageError(`${file}: cannot be read`);
  }
}

/** For policies whose pseudonyms nobody is to follow: forgotten with the process. */
export function keyOfThisRun(): readonly PseudonymKey[] {
  return [{ id: 0, secret: crypto.getRandomValues(new Uint8Array(32)) }];
}
