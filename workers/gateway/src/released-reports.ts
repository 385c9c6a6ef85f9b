import { EdgeError } from "@aarohan/contract";
import type { ReleaseHead } from "@aarohan/exporter";
import {
  type DayPeriod,
  type DenominatorEntry,
  type EvaluatedGroup,
  type Evaluation,
  eligiblePopulation,
  type Indicator,
  isoDay,
  type Numbers,
  withEligible,
} from "@aarohan/measures";
import { type DeclaredDimension, type DeclaredQuestion, isDeclared } from "@aarohan/releases";
import { namedAsAsked, type ReportQuery } from "@aarohan/reports";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";
import { denominatorsOf } from "./programme-settings.ts";
import { askRelease, releaseHead } from "./release-cache.ts";

const RETRY_SECONDS = 5;
const MOST_WAITS = 20;
const WAIT_MILLISECONDS = 500;

/**
 * Numbers of declared tables, as the last release has them: a calendar year or month, by place, and each place by month, sex, age
 * band or setting. Throws `table-undeclared`, naming the parameter, for anything else; `release-unknown` where it is not released.
 */
export async function evaluateReleased(
  c: Context<GatewayEnv>,
  query: ReportQuery,
  tenant: string,
): Promise<Evaluation[]> {
  const questions = questionsOf(query);
  const head = await awaitedHead(c, tenant);
  if (head === undefined)
    throw new EdgeError("indicators-unavailable", "Nothing has been released yet: ask again soon.", {
      retryAfterSeconds: RETRY_SECONDS,
    });
  const released = await askRelease(
    c,
    tenant,
    head,
    questions.map(({ question }) => question),
  );
  const denominators = await denominatorsOf(c, tenant);
  return questions.map(({ indicator, question }, index) =>
    evaluationOf(denominators, query, indicator, question, released.groups[index], released.head),
  );
}

/** The first release of a small programme takes seconds: it is waited for. */
async function awaitedHead(c: Context<GatewayEnv>, tenant: string): Promise<ReleaseHead | undefined> {
  for (let waits = 0; ; waits += 1) {
    const head = await releaseHead(c, tenant);
    if (head !== undefined || waits >= MOST_WAITS) return head;
    await scheduler.wait(WAIT_MILLISECONDS);
  }
}

function evaluationOf(
  denominators: readonly DenominatorEntry[],
  query: ReportQuery,
  indicator: Indicator,
  question: DeclaredQuestion,
  groups: readonly EvaluatedGroup[] | undefined,
  { release, releasedAt, dataAsOf }: ReleaseHead,
): Evaluation {
  if (groups === undefined)
    throw new EdgeError(
      "release-unknown",
      "No release has this period: it is not over for long enough, or too long ago.",
      {
        parameter: "period",
      },
    );
  const eligible = (region: string | undefined) => {
    const [state, district] = region?.split("|") ?? [];
    const place = {
      ...(state === undefined ? {} : { state }),
      ...(district === undefined ? {} : { district }),
    };
    return eligiblePopulation(denominators, place, question.year);
  };
  return {
    indicator,
    ...namedAsAsked(query),
    period: query.period,
    date: releasedAt,
    dataAsOf,
    release,
    groups: indicator.isCoverage === true ? groups.map((group) => covered(group, eligible)) : groups,
  };
}

/** Of places and all of them: the table knows nothing else. */
function covered(
  { numbers, strata, ...group }: EvaluatedGroup,
  eligible: (region?: string) => number | undefined,
): EvaluatedGroup {
  const whole = (own: Numbers, region: string | undefined) => withEligible(own, eligible(region));
  return {
    ...group,
    ...(numbers === undefined ? {} : { numbers: whole(numbers, group.region) }),
    strata: strata.map(({ dimension, values }) => ({
      dimension,
      values:
        dimension === "state" || dimension === "district"
          ? values.map((one) => ({ ...one, numbers: whole(one.numbers, one.value) }))
          : values,
    })),
  };
}

interface IndicatorQuestion {
  readonly indicator: Indicator;
  readonly question: DeclaredQuestion;
}

function questionsOf(query: ReportQuery): IndicatorQuestion[] {
  const { indicators, named, period, filter, group, stratifiers } = query;
  for (const name of ["setting", "sex", "age-band", "tobacco", "organisation"] as const)
    if (filter[name] !== undefined)
      throw undeclared(name, "Published tables are split by it, not narrowed to it: name it as stratifier.");
  // A district is asked for within its state, which is no second place beside it.
  const regions = filter.district ?? filter.state ?? [];
  if (group === "none" && regions.length > 0)
    throw undeclared(
      filter.district === undefined ? "state" : "district",
      "Places are told one by one: ask for groups of state or district.",
    );
  const { year, month } = calendarPeriod(period);
  const level = group === "none" ? "all" : group;
  const questions = indicators.map((indicator) => ({
    indicator,
    question: {
      indicator: indicator.id,
      year,
      ...(month === undefined ? {} : { month }),
      level,
      ...(regions.length === 0 ? {} : { regions }),
      by: stratifiers.filter(
        (one): one is DeclaredDimension => one !== "tobacco" && one !== "organisation" && one !== "year",
      ),
    } satisfies DeclaredQuestion,
  }));
  const declared = questions.filter(({ question }) => undeclaredOf(question, stratifiers) === undefined);
  const [first] = questions;
  // Without a name, all that there are.
  if (
    first !== undefined &&
    (declared.length === 0 || (named !== undefined && declared.length < questions.length))
  )
    throw undeclared(
      undeclaredOf(first.question, stratifiers) ?? "measure",
      "There is no published table of this: docs/aggregates.md lists them.",
    );
  return declared;
}

/** The parameter for which there is no table. */
function undeclaredOf(
  question: DeclaredQuestion,
  stratifiers: ReportQuery["stratifiers"],
): string | undefined {
  const { indicator, level } = question;
  if (!isDeclared({ indicator, level: "all" })) return "measure";
  if (!isDeclared({ indicator, level })) return "group";
  if (!isDeclared(question) && !stratifiers.includes("month")) return "period";
  return stratifiers.every((by) => isDeclared(question, by)) ? undefined : "stratifier";
}

/** A calendar year, or one of its months: 0 is January. */
function calendarPeriod({ from, to }: DayPeriod): { readonly year: number; readonly month?: number } {
  const [first, last, next] = [isoDay(from), isoDay(to), isoDay(to + 1)];
  const year = Number(first.slice(0, 4));
  if (first.endsWith("-01-01") && last === `${year}-12-31`) return { year };
  if (first.endsWith("-01") && next.endsWith("-01") && first.slice(0, 7) === last.slice(0, 7))
    return { year, month: Number(first.slice(5, 7)) - 1 };
  throw undeclared("period", "Published tables are of calendar years and of months.");
}

function undeclared(parameter: string, message: string): EdgeError {
  return new EdgeError("table-undeclared", message, { parameter });
}
