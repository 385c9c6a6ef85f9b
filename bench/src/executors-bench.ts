import { ByteWriter, type Plan } from "@aarohan/deid";
import { roundTrip } from "./anonymiser-run.ts";
import { benchAnonymiserOf, benchByteAnonymiserOf } from "./bench-key.ts";
import { type ByteCorpus, byteCorpusOf } from "./byte-corpus.ts";
import { type Corpus, releasedOf } from "./corpus.ts";
import { corpusTitle } from "./figures.ts";
import { middleOf, ratioText } from "./ratios.ts";
import { type Candidate, candidate, takeTurns } from "./turns.ts";

/** As much is encoded, or written out, at once: line by line would be slower. */
const CHUNK = 64 * 1024;
const NEW_LINE = 0x0a;

const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

/**
 * Both executors beside a round trip of the same bytes (decode, JSON.parse, JSON.stringify, encode), which is 1.0: ratios of
 * processor time within one round, so that what disturbs the machine disturbs both; their median, and the middle half.
 */
export function benchExecutors(corpus: Corpus, plan: Plan, rounds: number): string[] {
  const released = releasedOf(corpus, plan);
  const bytes = byteCorpusOf(released);
  const trip = candidate(() => throughText(bytes, (value) => value));
  const strings = candidate(() => roundTrip(released));
  const objects = candidate(() => byObjects(bytes, plan));
  const byBytes = candidate(() => byByteExecutor(bytes, plan));
  // The first rounds are those in which the code is compiled.
  takeTurns(3, [trip, strings, objects, byBytes]);
  for (const one of [trip, strings, objects, byBytes]) one.rounds.length = 0;
  takeTurns(rounds, [trip, strings, objects, byBytes]);
  return [
    `${plan.policy.name}, what it releases of the ${corpusTitle(released)}, as bytes:`,
    ratioRow("JSON round trip over bytes", trip, trip, released),
    ratioRow("JSON round trip over strings", strings, trip, released),
    ratioRow("object executor", objects, trip, released),
    ratioRow("byte executor", byBytes, trip, released),
  ];
}

function throughText({ bytes, spans }: ByteCorpus, change: (value: unknown) => unknown): void {
  let text = "";
  for (const [start, end] of spans) {
    const value = change(JSON.parse(decoder.decode(bytes.subarray(start, end))));
    text += `${JSON.stringify(value)}\n`;
    if (text.length < CHUNK) continue;
    encoder.encode(text);
    text = "";
  }
  encoder.encode(text);
}

function byObjects(corpus: ByteCorpus, plan: Plan): void {
  const anonymiser = benchAnonymiserOf(plan);
  throughText(corpus, (value) => {
    const anonymised = anonymiser.anonymise(Object(value));
    return anonymised.kind === "released" ? anonymised.resource : undefined;
  });
}

function byByteExecutor({ bytes, spans }: ByteCorpus, plan: Plan): void {
  const anonymiser = benchByteAnonymiserOf(plan);
  const output = new ByteWriter();
  for (const [start, end] of spans) {
    if (anonymiser.anonymiseBytes(bytes, start, end, output) !== "released") throw new Error("not released");
    output.byte(NEW_LINE);
    if (output.length < CHUNK) continue;
    output.written.slice();
    output.length = 0;
  }
}

function ratioRow(name: string, one: Candidate, floor: Candidate, { megabytes, lines }: Corpus): string {
  const ratios = one.rounds.map((seconds, round) => (floor.rounds[round] ?? 0) / seconds);
  const seconds = middleOf(one.rounds);
  const speed = `${(megabytes / seconds).toFixed(1).padStart(7)} MB/s ${(lines.length / seconds).toFixed(0).padStart(8)} resources/s`;
  return `  ${name.padEnd(30)}${ratioText(ratios)}${speed}`;
}
