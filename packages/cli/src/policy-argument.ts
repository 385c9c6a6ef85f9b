import { readFile } from "node:fs/promises";
import {
  compilePolicy,
  type Plan,
  type Policy,
  PolicyError,
  readPolicy,
  SHIPPED_POLICIES,
} from "@aarohan/deid";
import { UsageError } from "./command-io.ts";

/** A policy by the name of one that comes along, or by its file. Throws a UsageError, or a PolicyError for a bad one. */
export async function policyArgument(text: string): Promise<Policy> {
  const shipped = SHIPPED_POLICIES.find(({ name }) => name === text);
  if (shipped !== undefined) return shipped;
  return readPolicy(await readJsonFile(text));
}

export async function planArgument(text: string): Promise<Plan> {
  try {
    return compilePolicy(await policyArgument(text));
  } catch (error) {
    if (error instanceof PolicyError) throw new UsageError(error.message);
    throw error;
  }
}

export async function readJsonFile(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    const names = SHIPPED_POLICIES.map(({ name }) => name).join(", ");
    throw new UsageError(`${file}: is no file that can be read, nor one of ${names}`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file}: is not JSON`);
  }
}
