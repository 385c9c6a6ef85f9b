export { type CountQuestion, type Counts, countQuestions, evaluations } from "./evaluate.ts";
export {
  namedAsAsked,
  type ReportCaller,
  type ReportParameter,
  type ReportQuery,
  readReportQuery,
  reportCaller,
  reportParameters,
} from "./report-query.ts";
export { reportUuid } from "./report-uuid.ts";
