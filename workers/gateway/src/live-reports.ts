import { EdgeError } from "@aarohan/contract";
import type { Evaluation } from "@aarohan/measures";
import {
  type CountQuestion,
  type Counts,
  countQuestions,
  evaluations,
  type ReportQuery,
} from "@aarohan/reports";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";
import { denominatorsOf } from "./programme-settings.ts";

const RETRY_SECONDS = 5;
const MOST_WAITS = 20;
const WAIT_MILLISECONDS = 500;

/** Numbers of any period, filter and split, as they are counted now: for who may see rows. */
export async function evaluateLive(c: Context<GatewayEnv>, query: ReportQuery): Promise<Evaluation[]> {
  const counts = await askCube(c, countQuestions(query));
  if (counts === undefined)
    throw new EdgeError(
      "indicators-unavailable",
      "The indicators are being counted for the first time: ask again soon.",
      { retryAfterSeconds: RETRY_SECONDS },
    );
  return evaluations(query, counts, await denominatorsOf(c, c.get("identity").tenant), Date.now());
}

/** The first count of a small programme takes seconds: it is waited for. */
async function askCube(
  c: Context<GatewayEnv>,
  questions: readonly CountQuestion[],
): Promise<Counts | undefined> {
  const { tenant } = c.get("identity");
  const cube = c.env.INDICATOR_CUBE.getByName(tenant);
  for (let waits = 0; ; waits += 1) {
    const answered = await cube.ask(tenant, questions);
    if (answered !== undefined || waits >= MOST_WAITS) return answered;
    await scheduler.wait(WAIT_MILLISECONDS);
  }
}
