import { compilePolicy, createAnonymiser, createPseudonymCodec, programmePolicy } from "@aarohan/deid";
import type { AnyResource } from "@aarohan/fhir";

/** The best of some rounds, in seconds: the least disturbed one. */
function best(rounds: number, work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    work();
    least = Math.min(least, performance.now() - started);
  }
  return least / 1000;
}

/** Parse, anonymise and stringify beside parse and stringify alone, over the same lines in the same run. */
export function benchAnonymiser(resources: readonly AnyResource[]): string[] {
  const plan = compilePolicy(programmePolicy);
  const lines = resources
    .filter(({ resourceType }) => plan.resources.has(resourceType))
    .map((resource) => JSON.stringify(resource));
  const megabytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0) / 1e6;
  const codec = () =>
    createPseudonymCodec({
      keys: [{ id: 0, secret: new Uint8Array(32).fill(1) }],
      domain: { tenant: "t", recipient: "r", policy: "p" },
    });
  const roundTrip = best(5, () => {
    for (const line of lines) JSON.stringify(JSON.parse(line));
  });
  const whole = best(5, () => {
    const anonymiser = createAnonymiser(plan, { pseudonyms: codec(), releaseYear: 2026 });
    for (const line of lines) JSON.stringify(anonymiser.anonymise(JSON.parse(line)));
  });
  const ids = Array.from({ length: 50_000 }, () => crypto.randomUUID());
  const sealing = best(3, () => {
    const fresh = codec();
    for (const id of ids) fresh.seal("Patient", id);
  });
  const row = (name: string, seconds: number) =>
    `  ${name.padEnd(34)}${(megabytes / seconds).toFixed(1).padStart(8)} MB/s ${(lines.length / seconds).toFixed(0).padStart(9)} resources/s`;
  return [
    `anonymiser, one thread, ${lines.length} resources, ${megabytes.toFixed(1)} MB:`,
    row("JSON.parse + JSON.stringify", roundTrip),
    row("parse + programme + stringify", whole),
    `  ratio ${(roundTrip / whole).toFixed(2)}; pseudonyms without cache: ${(ids.length / sealing).toFixed(0)} a second`,
  ];
}
