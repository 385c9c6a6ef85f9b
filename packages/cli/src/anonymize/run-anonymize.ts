import { writeFile } from "node:fs/promises";
import {
  type Anonymiser,
  answerColumns,
  createAnonymiser,
  createPseudonymCodec,
  type Plan,
  type RunReport,
  yearOf,
} from "@aarohan/deid";
import { readArguments } from "../arguments.ts";
import { type CommandIo, EXIT, UsageError } from "../command-io.ts";
import { planArgument } from "../policy-argument.ts";
import { keyOfThisRun, pseudonymKeys } from "../pseudonym-key.ts";
import { type InputItem, readResources } from "../resource-input.ts";
import { runReportText } from "../run-report-text.ts";
import { type AnonymizeFormat, type ResourceOutput, resourceOutput } from "./output.ts";
import { Progress } from "./progress.ts";
import { questionnaireForms } from "./questionnaires.ts";

export const ANONYMIZE_HELP = `aarohan anonymize [options] [FILE…]

Reads FHIR R4 as NDJSON, Bundles, single resources or arrays of them, gzip or plain, from files or standard
input, and writes what the policy lets through.

  --policy NAME|FILE       programme (default), safe-harbor, shifted, identified, or a policy in JSON
  --questionnaire FILE     Questionnaires whose own choices and words answers may use; may be repeated
  --format FORMAT          ndjson (default), csv or parquet: a table for each type
  --out FILE|FOLDER        where to; a folder for csv and parquet. Default: standard output
  --type TYPE              only resources of this type; may be repeated
  --report FILE            what became of every element, as JSON
  --recipient NAME         pseudonyms differ between recipients. Default cli
  --release-year YEAR      ages are told as of this year. Default: this year
  --key-file FILE          the pseudonyms' key; else AAROHAN_KEY. safe-harbor makes one and forgets it
  --strict                 stop at the first bad line

Bad lines are reported by number, without their content, and the rest goes on. Consent is not asked here: leave
out beforehand who has not agreed.
Exit status: 0, 1 where lines were bad, 2 where nothing could be done.
`;

const OPTIONS = {
  policy: { type: "string", default: "programme" },
  questionnaire: { type: "string", multiple: true },
  format: { type: "string", default: "ndjson" },
  out: { type: "string" },
  type: { type: "string", multiple: true },
  report: { type: "string" },
  recipient: { type: "string", default: "cli" },
  "release-year": { type: "string" },
  "key-file": { type: "string" },
  strict: { type: "boolean", default: false },
} as const;

export async function runAnonymize(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS);
  const plan = await planArgument(values.policy);
  const anonymiser = await anonymiserOf(plan, values, io);
  const output = await resourceOutput({
    format: formatOf(values.format),
    out: values.out,
    stdout: io.stdout,
    audience: plan.policy.audience,
    answers: answerColumns(plan),
  });
  const progress = new Progress(io.stderr);
  const run = new Run(anonymiser, output, progress, io, {
    strict: values.strict,
    types: new Set(values.type ?? []),
  });
  try {
    for (const file of positionals.length === 0 ? ["-"] : positionals) {
      if (await run.file(file)) break;
    }
    await output.finish();
  } finally {
    await output.cleanUp();
  }
  await progress.clear();
  const report = anonymiser.report();
  await io.stderr.write(`${progress.summary()}\n${runReportText(report)}${run.badSummary()}`);
  if (values.report !== undefined) await writeReport(values.report, report);
  return run.bad === 0 ? EXIT.ok : EXIT.found;
}

interface AnonymiserArguments {
  readonly questionnaire?: readonly string[] | undefined;
  readonly recipient: string;
  readonly "release-year"?: string | undefined;
  readonly "key-file"?: string | undefined;
}

async function anonymiserOf(plan: Plan, values: AnonymiserArguments, io: CommandIo): Promise<Anonymiser> {
  const { policy } = plan;
  const needsKey = policy.audience === "anonymised" && policy.keys !== "job";
  const keys = needsKey ? await pseudonymKeys(values["key-file"], io.env) : keyOfThisRun();
  return createAnonymiser(plan, {
    pseudonyms: createPseudonymCodec({
      keys,
      domain: { tenant: "default", recipient: values.recipient, policy: policy.name },
    }),
    releaseYear: releaseYear(values["release-year"]) ?? yearOf(new Date(), policy.utcOffsetMinutes),
    forms: await questionnaireForms(values.questionnaire ?? [], plan, io),
  });
}

function releaseYear(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^(?:19|20|21)\d\d$/.test(text)) throw new UsageError("--release-year is a year");
  return Number(text);
}

function formatOf(text: string): AnonymizeFormat {
  if (text === "ndjson" || text === "csv" || text === "parquet") return text;
  throw new UsageError("--format is one of ndjson, csv, parquet");
}

async function writeReport(file: string, report: RunReport): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  } catch {
    throw new UsageError(`${file}: cannot be written`);
  }
}

/** Bad lines that are named one by one; more are only counted. */
const MOST_NAMED = 20;

class Run {
  readonly #anonymiser: Anonymiser;
  readonly #output: ResourceOutput;
  readonly #progress: Progress;
  readonly #io: CommandIo;
  readonly #options: { readonly strict: boolean; readonly types: ReadonlySet<string> };
  bad = 0;

  constructor(
    anonymiser: Anonymiser,
    output: ResourceOutput,
    progress: Progress,
    io: CommandIo,
    options: { readonly strict: boolean; readonly types: ReadonlySet<string> },
  ) {
    this.#anonymiser = anonymiser;
    this.#output = output;
    this.#progress = progress;
    this.#io = io;
    this.#options = options;
  }

  /** True where the run is to stop. */
  async file(file: string): Promise<boolean> {
    for await (const item of readResources(file, this.#io.stdin)) {
      await this.#progress.count(item.bytes);
      if (item.kind === "bad") await this.#reportBad(item);
      else if (this.#isWanted(item.resource.resourceType)) {
        const result = this.#anonymiser.anonymise(item.resource);
        if (result.kind === "released") await this.#output.add(result.resource);
      }
      if (this.bad > 0 && this.#options.strict) return true;
    }
    return false;
  }

  badSummary(): string {
    return this.bad === 0 ? "" : `${this.bad} bad ${this.bad === 1 ? "line" : "lines"}\n`;
  }

  #isWanted(type: string): boolean {
    return this.#options.types.size === 0 || this.#options.types.has(type);
  }

  async #reportBad({ place, reason }: InputItem & { kind: "bad" }): Promise<void> {
    this.bad += 1;
    if (this.bad > MOST_NAMED) return;
    await this.#progress.clear();
    await this.#io.stderr.write(`${place.file}: line ${place.number}: ${reason}\n`);
  }
}
