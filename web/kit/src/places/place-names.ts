/** Names of places in one language, by the codes of reports. */
export type PlaceNames = Readonly<
  Record<string, { readonly name: string; readonly districts: Readonly<Record<string, string>> }>
>;
