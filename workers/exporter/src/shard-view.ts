import { EdgeError } from "@aarohan/contract";
import type { ExportOrder, SliceSearch } from "@aarohan/export";
import { type AnyResource, parseSearchParameters } from "@aarohan/fhir";
import { type ExportView, exportViewFor } from "@aarohan/programme";
import type { Call } from "@aarohan/upstream";
import type { Services } from "./services.ts";

/** Patients per search: a list in a URL has to stay readable for the programme's server. */
const PATIENTS_PER_SEARCH = 50;

/** As the order was given, or not at all: throws `export-policy-changed` where another policy or key is in force. */
export async function viewOf(order: ExportOrder, services: Services, call: Call): Promise<ExportView> {
  const view = await exportViewFor(services.programme, order.principal, call);
  if (view.policy !== order.policy || services.programme.keyId !== order.keyId) {
    throw new EdgeError(
      "export-policy-changed",
      "Another policy or key is in force than when the export was ordered: order it again.",
    );
  }
  return view;
}

/** All searches whose results are what is exported of the type: by each filter, for each group of patients. */
export function searchesOf(
  { request }: ExportOrder,
  type: string,
  patients: readonly string[] | undefined,
  view: ExportView,
): SliceSearch[] {
  const own = request.typeFilters.filter((filter) => filter.type === type).map(({ search }) => search);
  const filters = own.length === 0 ? [""] : own;
  return filters.flatMap((filter) => {
    const pairs = [...new URLSearchParams(filter)];
    const admitted = view.admit(type, parseSearchParameters(pairs), request.handling);
    if (admitted.empty) return [];
    const matches = filter === "" ? undefined : (resource: AnyResource) => admitted.matches(resource);
    return patientParameters(type, patients).map((narrow) => ({
      parameters: [...admitted.upstream, ...narrow],
      matches,
    }));
  });
}

function patientParameters(type: string, patients: readonly string[] | undefined): [string, string][][] {
  if (patients === undefined) return [[]];
  const groups: [string, string][][] = [];
  for (let at = 0; at < patients.length; at += PATIENTS_PER_SEARCH) {
    const ids = patients.slice(at, at + PATIENTS_PER_SEARCH);
    groups.push([
      type === "Patient" ? ["_id", ids.join(",")] : ["patient", ids.map((id) => `Patient/${id}`).join(",")],
    ]);
  }
  return groups;
}
