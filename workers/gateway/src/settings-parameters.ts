import {
  type DenominatorSetting,
  EdgeError,
  isWidget,
  type ProgrammeSettings,
  type PublishedWidget,
} from "@aarohan/contract";
import type { Json } from "@aarohan/fhir";
import { readDenominators } from "@aarohan/measures";
import { ANY_ORIGIN, isEmbeddingOrigin, isMeasureId, regionNamed } from "./embed-scope.ts";
import { MANY, ONE, type OperationParameter, PERHAPS, parameter, parts } from "./operation-parameter.ts";
import { parameterValue } from "./parameters-body.ts";

const MOST_DENOMINATORS = 2000;
const MOST_WIDGETS = 200;
const MOST_ORIGINS = 50;

/** Parts of a parameter by name; a name may come more than once. */
type Parts = ReadonlyMap<string, readonly unknown[]>;

/** Parameters of `POST $settings` → settings, whole: what is not there is none. Throws an EdgeError that names no value. */
export function settingsOf(parameters: readonly unknown[]): ProgrammeSettings {
  const denominators: Parts[] = [];
  const widgets: Parts[] = [];
  for (const parameter of parameters) {
    const { name, part } = Object(parameter);
    const known = SETTINGS.find((one) => one.name === name);
    if (known === undefined) {
      throw new EdgeError("parameter-unknown", `Administrators set: ${namesOf(SETTINGS).join(", ")}.`);
    }
    (known === DENOMINATOR ? denominators : widgets).push(partsOf(known, part));
  }
  if (denominators.length > MOST_DENOMINATORS) throw invalid("denominator", "There are too many of them.");
  if (widgets.length > MOST_WIDGETS) throw invalid("publishedWidget", "There are too many of them.");
  return { denominators: denominatorsFrom(denominators), publishedWidgets: widgets.map(widgetFrom) };
}

const DENOMINATOR = parts(MANY, "denominator", [
  parameter(ONE, "state", "string"),
  parameter(PERHAPS, "district", "string"),
  parameter(ONE, "year", "integer"),
  parameter(ONE, "eligible", "integer", "People of 30 to 65 who live there."),
  parameter(ONE, "source", "string"),
]);
const PUBLISHED_WIDGET = parts(MANY, "publishedWidget", [
  parameter(ONE, "widget", "code"),
  parameter(ONE, "measure", "id"),
  parameter(PERHAPS, "region", "string", "A state, or state|district."),
  parameter(MANY, "origin", "uri", "Origins whose pages may show it, or * for every page."),
]);
/** What administrators may change. */
export const SETTINGS: readonly OperationParameter[] = [DENOMINATOR, PUBLISHED_WIDGET];

function namesOf(parameters: readonly OperationParameter[] = []): string[] {
  return parameters.map(({ name }) => name);
}

function partsOf({ name, parts: inner }: OperationParameter, part: unknown): Parts {
  const known = namesOf(inner);
  if (!Array.isArray(part)) throw invalid(name, `${name} has parts: ${known.join(", ")}.`);
  const found = new Map<string, unknown[]>();
  for (const entry of part) {
    const { name: partName, ...rest } = Object(entry);
    if (!known.includes(partName)) throw invalid(name, `${name} has parts: ${known.join(", ")}.`);
    const values = found.get(partName) ?? [];
    if (values.length > 0 && partName !== "origin") throw invalid(name, `${partName} may stand only once.`);
    found.set(partName, [...values, parameterValue(rest)]);
  }
  return found;
}

function denominatorsFrom(entries: readonly Parts[]): DenominatorSetting[] {
  const denominators = readEntries(entries);
  const places = denominators.map(({ state, district, year }) => JSON.stringify([state, district, year]));
  if (new Set(places).size < places.length) {
    throw invalid("denominator", "A place has two numbers of the same year.");
  }
  return denominators;
}

function readEntries(entries: readonly Parts[]): DenominatorSetting[] {
  try {
    return readDenominators(
      entries.map((parts) => Object.fromEntries([...parts].map(([name, [value]]) => [name, value]))),
    );
  } catch (error) {
    // It names the place in the table, and no value.
    throw invalid("denominator", error instanceof Error ? `${error.message}.` : "The table is not valid.");
  }
}

function widgetFrom(parts: Parts): PublishedWidget {
  const [widget] = parts.get("widget") ?? [];
  const [measure] = parts.get("measure") ?? [];
  const [region] = parts.get("region") ?? [];
  const origins = (parts.get("origin") ?? []).map(originOf);
  if (!isWidget(widget)) throw invalid("publishedWidget", "widget is none of the gateway's.");
  if (!isMeasureId(measure)) throw invalid("publishedWidget", "measure is the id of a Measure.");
  const place = regionNamed(region);
  if (region !== undefined && place === undefined) {
    throw invalid("publishedWidget", "region is a state, or state|district.");
  }
  if (origins.length === 0 || origins.length > MOST_ORIGINS) {
    throw invalid(
      "publishedWidget",
      `A published widget has 1 to ${MOST_ORIGINS} origins, or * for every page.`,
    );
  }
  return {
    widget,
    measure,
    ...(place === undefined ? {} : { region: place }),
    origins: [...new Set(origins)],
  };
}

function originOf(value: unknown): string {
  if (value === ANY_ORIGIN || (typeof value === "string" && isEmbeddingOrigin(value))) return value;
  throw invalid("publishedWidget", "origin is an https origin (http on 127.0.0.1 or localhost), or *.");
}

function invalid(parameter: string, message: string): EdgeError {
  return new EdgeError("parameter-invalid", message, { parameter });
}

/** Settings → parameters, as they may be sent back. */
export function settingsParameters({ denominators, publishedWidgets }: ProgrammeSettings): Json[] {
  return [...denominators.map(denominatorParameter), ...publishedWidgets.map(widgetParameter)];
}

function denominatorParameter({ state, district, year, eligible, source }: DenominatorSetting): Json {
  return {
    name: "denominator",
    part: [
      { name: "state", valueString: state },
      ...(district === undefined ? [] : [{ name: "district", valueString: district }]),
      { name: "year", valueInteger: year },
      { name: "eligible", valueInteger: eligible },
      { name: "source", valueString: source },
    ],
  };
}

function widgetParameter({ widget, measure, region, origins }: PublishedWidget): Json {
  return {
    name: "publishedWidget",
    part: [
      { name: "widget", valueCode: widget },
      { name: "measure", valueId: measure },
      ...(region === undefined ? [] : [{ name: "region", valueString: region }]),
      ...origins.map((origin) => ({ name: "origin", valueUri: origin })),
    ],
  };
}
