import type { Cell } from "./cell.ts";
import type { IndicatorRow, IndicatorRows, Region } from "./indicator-rows.ts";

const STRUCTURES = "https://artpark.in/fhir/StructureDefinition/";
const SCORE = "measure-score-";
/** Of a continuous variable; rows and files know one name for both. */
const SAME_AS_DENOMINATOR = "measure-population";

/** The MeasureReports of a searchset, or of one report, as the gateway answers them. Throws TypeError for anything else. */
export function readReports(document: unknown): IndicatorRows[] {
  const { resourceType, entry } = Object(document);
  if (resourceType === "MeasureReport") return [readIndicatorRows(document)];
  if (resourceType !== "Bundle") throw new TypeError("This is no Bundle and no MeasureReport.");
  return listOf(entry)
    .map((one) => Object(one).resource)
    .filter((resource) => Object(resource).resourceType === "MeasureReport")
    .map(readIndicatorRows);
}

/** FHIR R4 MeasureReport, `type` summary. */
function readIndicatorRows(report: unknown): IndicatorRows {
  const { measure, period, group, extension } = Object(report);
  const canonical = textOf(measure) ?? "";
  return {
    measure: canonical.replace(/\|.*$/, "").replace(/^.*\//, ""),
    canonical,
    period: { start: textOf(Object(period).start) ?? "", end: textOf(Object(period).end) ?? "" },
    dataAsOf: textOf(Object(extended(extension, "data-as-of")).valueInstant),
    release: textOf(Object(extended(extension, "release")).valueString),
    rows: listOf(group).flatMap(rowsOf),
  };
}

function rowsOf(group: unknown): IndicatorRow[] {
  const { code, extension, stratifier } = Object(group);
  const place = placeOf(code, extended(extension, "region-of"));
  const whole: IndicatorRow = {
    kind: "whole",
    ...place,
    stratifier: undefined,
    stratum: undefined,
    category: undefined,
    cells: cellsOf(group),
  };
  return [whole, ...listOf(stratifier).flatMap((one) => strataOf(one, place))];
}

type Place = Pick<IndicatorRow, "state" | "district">;

/** A district says of which state it is; a state is of nothing. */
function placeOf(code: unknown, of: unknown): Place {
  const coding = listOf(Object(code).coding)[0];
  const isRegion = textOf(Object(coding).system)?.endsWith("/region") === true;
  const region = isRegion ? regionOf(coding) : undefined;
  const state = regionOf(Object(of).valueCoding);
  return state === undefined ? { state: region, district: undefined } : { state, district: region };
}

function regionOf(coding: unknown): Region | undefined {
  const { code, display } = Object(coding);
  const known = textOf(code);
  return known === undefined ? undefined : { code: known, name: textOf(display) ?? known };
}

/** A dimension is named by text; the measure's own categories are coded. Both at once are components of a stratum. */
function strataOf(stratifier: unknown, place: Place): IndicatorRow[] {
  const { code, stratum } = Object(stratifier);
  return listOf(stratum).map((one) => {
    const { component, value } = Object(one);
    const parts = component === undefined ? [{ code: listOf(code)[0], value }] : listOf(component);
    const dimension = parts.find((part) => codingOf(Object(part).code) === undefined);
    const coded = parts.find((part) => codingOf(Object(part).code) !== undefined);
    return {
      kind: coded === undefined ? "stratum" : "category",
      ...place,
      stratifier: textOf(Object(Object(dimension).code).text),
      stratum: textOf(Object(Object(dimension).value).text),
      category: codingOf(Object(coded).value),
      cells: cellsOf(one),
    };
  });
}

/** Code of the first coding of a CodeableConcept. */
function codingOf(concept: unknown): string | undefined {
  return textOf(Object(listOf(Object(concept).coding)[0]).code);
}

function cellsOf(body: unknown): Record<string, Cell> {
  const { population, measureScore, extension } = Object(body);
  const cells: Record<string, Cell> = {};
  for (const one of listOf(population)) {
    const code = codingOf(Object(one).code);
    const cell = countOf(one);
    if (code !== undefined && cell !== undefined)
      cells[code === SAME_AS_DENOMINATOR ? "denominator" : code] = cell;
  }
  const score = quantityOf(measureScore);
  if (score !== undefined) cells.score = score;
  for (const one of listOf(extension)) {
    const name = nameOf(one);
    const further = quantityOf(Object(one).valueQuantity);
    if (name?.startsWith(SCORE) === true && further !== undefined) cells[name.slice(SCORE.length)] = further;
  }
  return cells;
}

function countOf(population: unknown): Cell | undefined {
  const { count, _count, extension } = Object(population);
  if (isMasked(Object(_count).extension)) return { value: "suppressed", isSmall: false };
  if (typeof count !== "number") return undefined;
  return { value: count, isSmall: Object(extended(extension, "small-cell")).valueBoolean === true };
}

function quantityOf(quantity: unknown): Cell | undefined {
  const { value, extension } = Object(quantity);
  if (isMasked(extension)) return { value: "suppressed", isSmall: false };
  return typeof value === "number" ? { value, isSmall: false } : undefined;
}

/** FHIR R4 extension data-absent-reason. */
function isMasked(extension: unknown): boolean {
  return listOf(extension).some((one) => Object(one).valueCode === "masked");
}

function extended(extension: unknown, name: string): unknown {
  return listOf(extension).find((one) => nameOf(one) === name);
}

function nameOf(extension: unknown): string | undefined {
  const url = textOf(Object(extension).url);
  return url?.startsWith(STRUCTURES) === true ? url.slice(STRUCTURES.length) : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
