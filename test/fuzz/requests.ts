import { RESOURCE_TYPES, searchParametersOf } from "@aarohan/fhir";
import { INDICATORS } from "@aarohan/measures";
import fc from "fast-check";
import type { RawRequest } from "../src/raw-client.ts";
import { damaged, hostileJson, marked, SENT } from "./hostile-json.ts";

/** A request below the FHIR base. */
export interface FuzzedRequest extends RawRequest {
  readonly path: string;
}

const TYPES = ["Patient", "Observation", "QuestionnaireResponse", "Encounter", "Task", "Consent"];
const SHAPING = [
  ..."_count _sort _elements _summary _total _include _revinclude _format _page _id _lastUpdated".split(" "),
  ..."_has _filter _text _content _list _pretty code date questionnaire".split(" "),
];
const MODIFIERS = [
  "",
  "",
  "",
  ":exact",
  ":missing",
  ":not",
  ":Patient.name",
  ".name",
  ":",
  ".",
  "[",
  ":a.b:c",
];

function queryOf(names: readonly string[]): fc.Arbitrary<string> {
  const name = fc
    .tuple(fc.constantFrom(...names), fc.constantFrom(...MODIFIERS))
    .map((parts) => parts.join(""));
  const plain = fc.constantFrom(
    "1",
    "0",
    "1000",
    "-1",
    "csv",
    "ndjson",
    "json",
    "true",
    "count",
    "2025",
    "Karnataka",
  );
  const value = fc.oneof({ weight: 3, arbitrary: marked(SENT) }, plain);
  return fc
    .array(fc.tuple(name, value), { maxLength: 4 })
    .map((pairs) =>
      pairs.map((pair) => pair.map((text) => encodeURIComponent(text.toWellFormed())).join("=")).join("&"),
    );
}

const header = (values: readonly string[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.constantFrom(...values));

const headers = fc
  .record({
    Accept: header(["application/fhir+json", "text/csv;q=0.1", "*/*", "x", `application/${SENT}`]),
    Prefer: header(["handling=lenient", "handling=strict", "respond-async", `handling=${SENT}`]),
    "Aarohan-Role": header(["data-analyst", SENT]),
    "If-None-Match": header(["*", `"${SENT}"`]),
    "X-Request-Id": header([SENT]),
    "X-HTTP-Method-Override": header(["DELETE"]),
  })
  .map((named) =>
    Object.fromEntries(
      Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    ),
  );

const search: fc.Arbitrary<FuzzedRequest> = fc
  .constantFrom(...TYPES, "MeasureReport", "Measure", "AuditEvent")
  .chain((type) => {
    const names = [
      ...SHAPING,
      ...searchParametersOf(type).keys(),
      "measure",
      "period",
      "stratifier",
      "group",
    ];
    return fc.tuple(queryOf(names), fc.boolean(), headers).map(([query, isPosted, named]) =>
      isPosted
        ? {
            method: "POST",
            path: `/${type}/_search`,
            body: query,
            headers: { ...named, "Content-Type": "application/x-www-form-urlencoded" },
          }
        : { path: `/${type}?${query}`, headers: named },
    );
  });

const read: fc.Arbitrary<FuzzedRequest> = fc
  .tuple(
    fc.constantFrom(...RESOURCE_TYPES),
    marked(SENT),
    queryOf(["_format", "_elements", "_pretty"]),
    headers,
  )
  .map(([type, id, query, named]) => ({
    path: `/${type}/${encodeURIComponent(id.toWellFormed())}?${query}`,
    headers: named,
  }));

/** By operation: names of its parameters, some of them. */
const OPERATIONS: readonly (readonly [path: string, names: readonly string[]])[] = [
  ["/$export", ["_since", "_until", "_outputFormat", "_typeFilter", "_elements", "patient"]],
  ["/Patient/$export", ["_since", "_typeFilter", "patient", "_elements"]],
  [`/Group/${SENT}/$export`, ["patient", "_type"]],
  ["/$settings", ["denominator", "publishedWidget", "policy"]],
  ["/$deny-access", ["issuer", "subject", "until"]],
  ["/$restore-access", ["issuer", "subject"]],
  ["/Measure/$evaluate-measure", ["measure", "period", "periodStart", "subject", "stratifier", "district"]],
  [`/Measure/${INDICATORS[0]?.id}/$evaluate-measure`, ["period", "periodEnd", "state", "reportType"]],
];

const operation: fc.Arbitrary<FuzzedRequest> = fc.constantFrom(...OPERATIONS).chain(([path, names]) => {
  const value = fc.oneof(
    marked(SENT).map((valueString) => ({ valueString })),
    marked(SENT).map((reference) => ({ valueReference: { reference } })),
    hostileJson(SENT).map((part) => ({ part })),
    hostileJson(SENT),
  );
  const entry = fc
    .tuple(fc.constantFrom(...names, "frobnicate", "__proto__"), value)
    .map(([name, more]) => ({ name, ...Object(more) }));
  // It makes every order one that is refused: none is to be worked off.
  const refused = path.endsWith("$export") ? [{ name: "_type", valueString: "Nothing" }] : [];
  const parameters = fc
    .oneof(
      { weight: 4, arbitrary: fc.array(entry, { maxLength: 4 }) },
      fc.array(hostileJson(SENT), { maxLength: 2 }).map((some) => [...some]),
    )
    .map((parameter) => ({ resourceType: "Parameters", parameter: [...refused, ...parameter] }));
  const body = fc
    .oneof({ weight: 4, arbitrary: parameters }, hostileJson(SENT))
    .chain((resource) => damaged(JSON.stringify(resource), SENT));
  const type = fc.oneof(
    { weight: 8, arbitrary: fc.constant("application/fhir+json") },
    fc.constantFrom("application/json", "text/plain", `x/${SENT}`),
  );
  const version = fc.constantFrom(undefined, 'W/"0"', 'W/"1"', `"${SENT}"`, "*");
  return fc.tuple(body, type, version, queryOf(names)).map(([text, mediaType, ifMatch, query]) => ({
    method: "POST",
    path: `${path}?${path.endsWith("$export") ? "_type=Nothing&" : ""}${query}`,
    body: text,
    headers: { "Content-Type": mediaType, ...(ifMatch === undefined ? {} : { "If-Match": ifMatch }) },
  }));
});

export const requests: fc.Arbitrary<FuzzedRequest> = fc.oneof(
  { weight: 5, arbitrary: search },
  { weight: 1, arbitrary: read },
  { weight: 4, arbitrary: operation },
);
