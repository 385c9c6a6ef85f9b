import { PolicyError } from "@aarohan/deid";
import packageFile from "../package.json" with { type: "json" };
import { ANONYMIZE_HELP, runAnonymize } from "./anonymize/run-anonymize.ts";
import { AUDIT_HELP, runAudit } from "./audit-command.ts";
import { type CommandIo, EXIT, UsageError } from "./command-io.ts";
import { EXPORT_HELP, runExport } from "./export/run-export.ts";
import { isClosedPipe } from "./node-io.ts";
import { POLICY_HELP, runPolicy } from "./policy-command.ts";
import { REPORT_HELP, runReport } from "./report-command.ts";
import { runVerify, VERIFY_HELP } from "./verify/run-verify.ts";

type Command = (args: readonly string[], io: CommandIo) => Promise<number>;

const COMMANDS: Readonly<
  Record<string, { readonly run: Command; readonly help: string; readonly what: string }>
> = {
  anonymize: {
    run: runAnonymize,
    help: ANONYMIZE_HELP,
    what: "lets through what a policy names, and drops the rest",
  },
  policy: { run: runPolicy, help: POLICY_HELP, what: "explains, checks, compares and prints policies" },
  report: { run: runReport, help: REPORT_HELP, what: "prints the report of a run" },
  audit: { run: runAudit, help: AUDIT_HELP, what: "checks sealed days of the audit trail" },
  export: { run: runExport, help: EXPORT_HELP, what: "orders a bulk export, waits for it, and downloads it" },
  verify: { run: runVerify, help: VERIFY_HELP, what: "looks for identities that are left in a file" },
};

const HELP = `aarohan COMMAND [options]

${Object.entries(COMMANDS)
  .map(([name, { what }]) => `  ${name.padEnd(10)} ${what}`)
  .join("\n")}

aarohan COMMAND --help says more; aarohan --version.
`;

/** Runs one command; returns its exit status. Faults are one sentence on standard error, never a value of the input. */
export async function runCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const [name = "--help", ...rest] = args;
  try {
    if (name === "--help" || name === "help") return await print(HELP, io);
    if (name === "--version") return await print(`${packageFile.version}\n`, io);
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) throw new UsageError("there is no such command");
    if (rest.includes("--help")) return await print(command.help, io);
    return await command.run(rest, io);
  } catch (error) {
    if (isClosedPipe(error)) return EXIT.ok;
    if (!(error instanceof UsageError) && !(error instanceof PolicyError)) throw error;
    await io.stderr.write(`${error.message}\nSee aarohan --help\n`);
    return EXIT.usage;
  }
}

async function print(text: string, io: CommandIo): Promise<number> {
  await io.stdout.write(text);
  return EXIT.ok;
}
