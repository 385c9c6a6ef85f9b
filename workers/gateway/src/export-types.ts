import { EdgeError } from "@aarohan/contract";
import { complaintOf, type ExportRequest } from "@aarohan/export";
import { parseSearchParameters, searchParametersOf } from "@aarohan/fhir";
import type { ExportView } from "@aarohan/programme";
import { readReportQuery } from "@aarohan/reports";

/** Parameters that shape an answer, or look beyond the type: a filter only selects. */
const NO_FILTER =
  /^_(?:sort|count|include|revinclude|elements|summary|total|format|pretty|page|contained|containedType)$/;

/** What the gateway answers by itself, and not by rows of the programme's server. */
const OF_THE_GATEWAY = new Set(["AuditEvent", "Measure", "OperationDefinition", "SearchParameter"]);

/**
 * The resource types of an export, and the request without what a lenient caller asked for in vain. Throws what
 * `ExportView.assertType` and its rules throw, or `parameter-invalid`.
 */
export function exportedTypes(
  request: ExportRequest,
  view: ExportView,
  assertReports: () => void,
): { readonly types: readonly string[]; readonly request: ExportRequest } {
  const complaints = [...request.complaints];
  const isAllowed = (check: () => void) => passes(check, request.handling, complaints);
  const types = (
    request.types ??
    view.types.filter((type) => type !== "MeasureReport" && !OF_THE_GATEWAY.has(type) && fits(type, request))
  ).filter((type) =>
    isAllowed(() =>
      type === "MeasureReport" ? assertReported(request, assertReports) : assertExported(type, request, view),
    ),
  );
  if (types.length === 0)
    throw new EdgeError("parameter-invalid", "_type leaves nothing to export.", { parameter: "_type" });
  const typeFilters = request.typeFilters.filter((filter) =>
    isAllowed(() => assertFilter(filter, types, request, view)),
  );
  return {
    types,
    request: { ...request, ...(request.types === undefined ? {} : { types }), typeFilters, complaints },
  };
}

/** A lenient caller is told in the manifest. */
function passes(check: () => void, handling: ExportRequest["handling"], complaints: string[]): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (!(error instanceof EdgeError) || handling === "strict") throw error;
    complaints.push(complaintOf(error));
    return false;
  }
}

function assertExported(type: string, request: ExportRequest, view: ExportView): void {
  view.assertType(type, "search");
  if (OF_THE_GATEWAY.has(type)) {
    throw new EdgeError("parameter-invalid", `${type} is searched, and not exported in bulk.`, {
      parameter: "_type",
    });
  }
  if (!fits(type, request)) {
    throw new EdgeError(
      "parameter-invalid",
      `${type} belongs to no patient: export it at the level of the system.`,
      {
        parameter: "_type",
      },
    );
  }
}

/** Reports are about everybody: of some patients there are none, and they are exported only where they are asked for. */
function assertReported({ level, patients }: ExportRequest, assertReports: () => void): void {
  assertReports();
  if (level.kind !== "system" || patients !== undefined)
    throw new EdgeError(
      "parameter-invalid",
      "MeasureReport belongs to no patient: export it at the level of the system.",
      { parameter: "_type" },
    );
}

/** At the level of patients only what can be searched by patient. */
function fits(type: string, { level, patients }: ExportRequest): boolean {
  if (level.kind === "system" && patients === undefined) return true;
  return type === "Patient" || searchParametersOf(type).has("patient");
}

/** As `GET /fhir/MeasureReport` has them. */
function assertReportFilter(search: string, { audience }: ExportView): void {
  readReportQuery([...new URLSearchParams(search)], {
    group: "district",
    measure: undefined,
    mayFilterOrganisation: audience === "identified",
    hidesDays: audience === "anonymised",
    now: Date.now(),
  });
}

function assertFilter(
  { type, search }: ExportRequest["typeFilters"][number],
  types: readonly string[],
  { handling }: ExportRequest,
  view: ExportView,
): void {
  if (!types.includes(type)) {
    throw new EdgeError("parameter-invalid", `_typeFilter narrows ${type}, which is not exported.`, {
      parameter: "_typeFilter",
    });
  }
  if (type === "MeasureReport") {
    assertReportFilter(search, view);
    return;
  }
  const parameters = parseSearchParameters([...new URLSearchParams(search)]);
  const shaping = parameters.find(({ name }) => NO_FILTER.test(name));
  if (shaping !== undefined) {
    throw new EdgeError(
      "parameter-invalid",
      `_typeFilter takes parameters that select, not ${shaping.name}.`,
      {
        parameter: "_typeFilter",
      },
    );
  }
  view.admit(type, parameters, handling);
}
