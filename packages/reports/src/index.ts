export { type CountQuestion, type Counts, countQuestions, evaluations } from "./evaluate.ts";
export {
  namedAsAsked,
  type ReportParameter,
  type ReportQuery,
  readReportQuery,
  reportParameters,
} from "./report-query.ts";
export { reportUuid } from "./report-uuid.ts";
