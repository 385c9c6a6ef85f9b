import { createWriteStream } from "node:fs";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import type { AnyResource } from "@aarohan/fhir";
import {
  DEFAULT_END_DATE,
  DEFAULT_MONTHS,
  DEFAULT_SEED,
  generatePopulation,
  type PopulationOptions,
} from "./population.ts";

const DEFAULT_PATIENTS = 3000;
const HELP = `Writes a synthetic population of the screening programme as NDJSON, one FHIR R4 resource a line.

  node packages/devkit/src/population/main.ts [options]

  --patients N     number of screened people, about 15 resources each. Default ${DEFAULT_PATIENTS}
  --seed N         the same seed gives the same bytes. Default ${DEFAULT_SEED}
  --months N       calendar months of screening. Default ${DEFAULT_MONTHS}
  --end-date DAY   the last day, YYYY-MM-DD. Default ${DEFAULT_END_DATE}
  --out FILE       file to write. Default: standard output
  --help           this text

Exit codes: 0 written, 1 the output could not be written, 2 wrong arguments.
`;

/** The arguments are wrong: nothing was written. */
class UsageError extends Error {}

interface Command {
  readonly population: PopulationOptions;
  readonly file: string | undefined;
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  try {
    const command = parse(args);
    if (command === "help") process.stdout.write(HELP);
    else await write(command);
    return 0;
  } catch (error) {
    if (isClosedPipe(error)) return 0;
    const isUsage = error instanceof UsageError;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (isUsage) process.stderr.write("See --help\n");
    return isUsage ? 2 : 1;
  }
}

function parse(args: string[]): Command | "help" {
  const values = readArguments(args);
  if (values.help) return "help";
  const population = {
    patients: wholeNumber("--patients", values.patients) ?? DEFAULT_PATIENTS,
    seed: wholeNumber("--seed", values.seed) ?? DEFAULT_SEED,
    months: wholeNumber("--months", values.months) ?? DEFAULT_MONTHS,
    endDate: values["end-date"] ?? DEFAULT_END_DATE,
  };
  return { population, file: values.out };
}

function readArguments(args: string[]) {
  const text = { type: "string" } as const;
  try {
    const options = {
      patients: text,
      seed: text,
      months: text,
      "end-date": text,
      out: text,
      help: { type: "boolean" },
    } as const;
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : "The arguments cannot be read");
  }
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`${name} takes a whole number`);
  return Number(text);
}

/** Streams: holds about 64 KiB of text and one case, whatever the number of patients. */
async function write({ population, file }: Command): Promise<void> {
  const resources = generate(population);
  const lines = Readable.from(chunks(resources), { objectMode: false, highWaterMark: 65_536 });
  const target: Writable = file === undefined ? process.stdout : createWriteStream(file);
  await pipeline(lines, target, { end: file !== undefined });
}

/** The options are checked here, before a file is created. */
function generate(options: PopulationOptions): Iterable<AnyResource> {
  try {
    return generatePopulation(options);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

function* chunks(resources: Iterable<AnyResource>): Generator<string> {
  let chunk = "";
  for (const resource of resources) {
    chunk += `${JSON.stringify(resource)}\n`;
    if (chunk.length < 32_768) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}

/** The reader has gone, as with `| head`: that is no failure. */
function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}
