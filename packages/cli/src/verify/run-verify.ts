import { writeFile } from "node:fs/promises";
import { readArguments } from "../arguments.ts";
import { type CommandIo, EXIT, UsageError } from "../command-io.ts";
import { readResources } from "../resource-input.ts";
import { readKnownPeople } from "./linkage-attack.ts";
import { reportHtml } from "./report-html.ts";
import { reportText } from "./report-text.ts";
import { hasFindings } from "./verdict.ts";
import { Verifier } from "./verifier.ts";

export const VERIFY_HELP = `aarohan verify [options] [FILE…]

Looks for what may still tell who somebody is, in any file of FHIR R4 resources: fields that identify, patterns
of Indian identifiers in any text, patients who look like too few others. No value of the file is shown.

  --k N          patients who look alike are to be N and more. Default 11
  --known FILE   CSV of known people (birth_date, gender, district, state, screening_date): how many of them
                 could be found in the file
  --json         the report as JSON
  --html FILE    the report as a page, too

Exit status: 0 nothing found, 1 something was, 2 nothing could be read.
`;

export async function runVerify(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArguments(args, {
    k: { type: "string", default: "11" },
    known: { type: "string" },
    json: { type: "boolean", default: false },
    html: { type: "string" },
  });
  if (!/^[1-9]\d{0,4}$/.test(values.k)) throw new UsageError("--k is a number from 1");
  const known = values.known === undefined ? undefined : await readKnownPeople(values.known);
  const verifier = new Verifier();
  for (const file of positionals.length === 0 ? ["-"] : positionals) {
    for await (const item of readResources(file, io.stdin)) {
      if (item.kind === "bad") verifier.addBad();
      else verifier.add(item.resource, `${item.place.file}:${item.place.number}`);
    }
  }
  const report = verifier.report({ k: Number(values.k), ...(known === undefined ? {} : { known }) });
  await io.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  if (values.html !== undefined) await writeHtml(values.html, reportHtml(report));
  return hasFindings(report) ? EXIT.found : EXIT.ok;
}

async function writeHtml(file: string, page: string): Promise<void> {
  await writeFile(file, page).catch(() => {
    throw new UsageError(`${file}: cannot be written`);
  });
}
