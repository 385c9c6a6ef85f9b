/** How many people of 30 to 65 live in a region in a year, as an administrator has entered it. */
export interface DenominatorSetting {
  readonly state: string;
  readonly district?: string;
  readonly year: number;
  readonly eligible: number;
  readonly source: string;
}

export const WIDGETS = ["coverage", "detection", "referrals", "follow-up"] as const;

export type Widget = (typeof WIDGETS)[number];

export function isWidget(value: unknown): value is Widget {
  return WIDGETS.some((widget) => widget === value);
}

/** A widget that pages may show without a token. */
export interface PublishedWidget {
  readonly widget: Widget;
  /** Id of a Measure. */
  readonly measure: string;
  /** As `state` or `state|district`; absent: of any region. */
  readonly region?: string;
  /** Exact origins whose pages may show it; none: any. */
  readonly origins: readonly string[];
}

/** What administrators of a tenant may change while the gateway runs. */
export interface ProgrammeSettings {
  readonly denominators: readonly DenominatorSetting[];
  readonly publishedWidgets: readonly PublishedWidget[];
}

/** Settings as they stand; version 0: as they were deployed. */
export interface VersionedSettings {
  readonly version: number;
  /** `undefined` in version 0. */
  readonly settings: ProgrammeSettings | undefined;
}

/** Who changes settings, and by which request. */
export interface SettingsChange {
  readonly by: string;
  readonly requestId: string;
  /** ISO 8601 instant. */
  readonly at: string;
}

export type ChangedSettings =
  | { readonly kind: "changed"; readonly version: number }
  /** Somebody else was faster. */
  | { readonly kind: "conflict"; readonly version: number };
