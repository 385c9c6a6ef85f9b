/**
 * `npm run soak [-- --minutes 10 --users 100]`: users of every role ask at the edge of their limits, two thirds of the time against a
 * server that is well and the rest against one that is not. Ends with "N passed, N failed"; on loopback alone, and by itself.
 */
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { generatePopulation } from "@aarohan/devkit";
import { startTestStack } from "../test-stack.ts";
import { auditedRequests } from "./audited-requests.ts";
import { disturb } from "./disturb.ts";
import { createJourney } from "./journey.ts";
import { watchMemory } from "./memory.ts";
import { createSoakUser, ROLES_OF_USERS } from "./soak-user.ts";
import { createWitness, FAULTY_STATUSES, SOUND_STATUSES } from "./witness.ts";

const PATIENTS = 400;
/** Shorter runs end before an allocator has all that it will ever take; what lives is the same from the first minute. */
const SETTLED_MINUTES = 6;

// Else each of the runtime's two dozen isolates lets its young generation grow to 48 MB, and gives nothing back.
process.env.MINIFLARE_WORKERD_V8_FLAGS = "--max-semi-space-size=1";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "10" }, users: { type: "string", default: "100" } },
});
const minutes = within(values.minutes, 0.2, 120);
const users = within(values.users, 1, 500);

const checks: [name: string, isPassed: boolean, figures: string][] = [];
const practitioner = taggedPractitioner();
const stack = await startTestStack({
  patients: PATIENTS,
  isInspected: true,
  settings: { UPSTREAM_TIMEOUT_SECONDS: "5", EXPORT_RETENTION_SECONDS: "600" },
});
try {
  await released();
  const witness = createWitness();
  const memory = await watchMemory(stack.edge);
  await soak("well", minutes * 40, SOUND_STATUSES, () => memory.mark(witness.requests().length));
  const [live, resident] = [memory.live(), memory.resident()];
  memory.close();
  check("what lives in the workers does not grow", live.isWithin, live.text);
  if (minutes >= SETTLED_MINUTES)
    check("what their process holds levels off", resident.isWithin, resident.text);
  else
    console.log(
      `       what their process holds, judged from ${SETTLED_MINUTES} minutes on: ${resident.text}`,
    );
  await disturb(stack.upstream, () => soak("not well", minutes * 20, FAULTY_STATUSES));
  await soak("well again", Math.min(20, minutes * 10), SOUND_STATUSES);
  const audited = await auditedRequests(stack);
  const lost = witness.requests().filter((id) => !audited.ids.has(id));
  check(
    "every request has its record",
    lost.length === 0,
    `${witness.requests().length} requests, ${audited.ids.size} records, ${lost.length} without`,
  );
  check("the trail's chain is whole", audited.isWhole, `$verify: ${audited.isWhole}`);

  /** The same people three times as long, with a pause after each third. */
  async function soak(
    state: string,
    seconds: number,
    expected: ReadonlySet<number>,
    pause = async () => {},
  ): Promise<void> {
    witness.begin(expected);
    const crowd = people(users);
    for (let third = 0; third < 3; third += 1) {
      const until = Date.now() + (seconds * 1000) / 3;
      await Promise.all(crowd.map((one) => one.ask(until, witness)));
      await pause();
    }
    const { text, unexpected } = witness.end(seconds);
    check(`a server that is ${state}: no answer that should not be`, unexpected.length === 0, text);
    for (const line of unexpected.slice(0, 5)) console.log(`    ${line}`);
  }
} finally {
  await stack.close();
}
const failed = checks.filter(([, isPassed]) => !isPassed).length;
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function check(name: string, isPassed: boolean, figures: string): void {
  checks.push([name, isPassed, figures]);
  console.log(`${isPassed ? "ok    " : "FAILED"} ${name}: ${figures}`);
}

/** Until then reports are not there yet. */
async function released(): Promise<void> {
  for (const begun = Date.now(); Date.now() - begun < 120_000; await delay(1000)) {
    if ((await stack.ask("viewer", "/MeasureReport?measure=suspicious-rate&period=2025")).status === 200)
      return;
  }
  throw new Error("nothing was released within two minutes");
}

function people(count: number) {
  return Array.from({ length: count }, (_, index) => {
    const role = ROLES_OF_USERS[index % ROLES_OF_USERS.length] ?? "analyst";
    return createSoakUser(stack, role, practitioner, createJourney(role, index));
  });
}

function within(text: string, least: number, most: number): number {
  const value = Number(text);
  if (!(value >= least && value <= most)) throw new Error(`a number from ${least} to ${most}, not ${text}`);
  return value;
}

/** Whose records the providers see: the first whom a patient of the population was registered by. */
function taggedPractitioner(): string {
  for (const { resourceType, meta } of generatePopulation({ patients: PATIENTS })) {
    if (resourceType !== "Patient") continue;
    const tags: { system: string; code: string }[] = Object(meta).tag ?? [];
    const own = tags.find(({ system }) => system === "https://smartregister.org/practitioner-tag-id");
    if (own !== undefined) return own.code;
  }
  throw new Error("no patient of the population names a practitioner");
}
