/** Ids of the Measures that are drawn. */
export type MeasureId =
  | "screening-coverage"
  | "screening-coverage-5y"
  | "lesion-positivity"
  | "ai-positivity"
  | "review-completion"
  | "suspicious-rate"
  | "high-risk-rate"
  | "provisional-scc-rate"
  | "referral-rate"
  | "follow-up-completion"
  | "follow-up-outcome"
  | "time-to-review"
  | "time-to-follow-up"
  | "ai-agreement"
  | "retake-rate"
  | "habit-prevalence";
