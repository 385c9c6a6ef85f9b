import { type ParseArgsConfig, parseArgs } from "node:util";
import { UsageError } from "./command-io.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Options and files of a command. Throws a UsageError that names an unknown or incomplete option. */
export function readArguments<const T extends Options>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : "wrong arguments");
  }
}
