import type { DescribedParameter } from "@aarohan/fhir";
import { reportParameters } from "@aarohan/reports";
import type { Handler } from "hono";
import { auditParameters } from "./audit-query.ts";
import { assertAuditor, readAudit, searchAudit } from "./audit-trail.ts";
import type { Caller } from "./caller.ts";
import { catalogueParameters } from "./catalogue.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { assertAggregates } from "./indicator-access.ts";
import { searchMeasureReports } from "./measure-reports.ts";
import { MEASURE_PARAMETERS, readMeasure, searchMeasures } from "./measures.ts";

/** A resource type that the gateway answers by itself: the programme's server is not asked for it. */
export interface OwnType {
  readonly type: string;
  readonly search: Handler<GatewayEnv>;
  readonly read?: Handler<GatewayEnv>;
  /** Throws where the caller may not have it. */
  assertServed(caller: Caller): void;
  parameters(caller: Caller): readonly DescribedParameter[];
}

/** Those with data; what describes the interface stands in `definitions.ts`. */
export const OWN_TYPES: readonly OwnType[] = [
  {
    type: "AuditEvent",
    search: searchAudit(),
    read: readAudit(),
    assertServed: assertAuditor,
    parameters: auditParameters,
  },
  {
    type: "Measure",
    search: searchMeasures(),
    read: readMeasure(),
    assertServed: ({ principal }) => assertAggregates(principal, "Measure"),
    parameters: () => catalogueParameters(MEASURE_PARAMETERS),
  },
  {
    type: "MeasureReport",
    search: searchMeasureReports(),
    assertServed: ({ principal }) => assertAggregates(principal, "MeasureReport"),
    parameters: ({ principal }) => describedReportParameters(principal.role === "system-administrator"),
  },
];

function describedReportParameters(mayFilterOrganisation: boolean): DescribedParameter[] {
  return reportParameters(mayFilterOrganisation).map((one) => ({
    ...one,
    targets: one.name === "measure" ? ["Measure"] : [],
    comparators: one.name === "period" ? ["ge", "le"] : [],
    takesList: one.type === "token",
  }));
}
