export { type CountQuestion, type Counts, countQuestions, evaluations } from "./evaluate.ts";
export { namedAsAsked, type ReportQuery, readReportQuery } from "./report-query.ts";
export { reportUuid } from "./report-uuid.ts";
