/** Names of states in one language, by the codes of reports. */
export type StateNames = Readonly<Record<string, string>>;

/** Names of districts in one language, by state and district. */
export type DistrictNames = Readonly<Record<string, Readonly<Record<string, string>>>>;
