/** How many people of 30 to 65 live in a region in a year: FHIR data cannot tell. */
export interface DenominatorEntry {
  readonly state: string;
  /** Absent: of the whole state. */
  readonly district?: string;
  readonly year: number;
  readonly eligible: number;
  /** Where the number is from. */
  readonly source: string;
}

export interface Place {
  readonly state?: string;
  /** Within the state. */
  readonly district?: string;
}

/**
 * The eligible population of a place: its entry of the year, else of the latest year before, else of the earliest. A state
 * without an entry of its own is the sum of its districts, and no place at all the sum of all states. `undefined` where the
 * table does not tell.
 */
export function eligiblePopulation(
  table: readonly DenominatorEntry[],
  { state, district }: Place,
  year: number,
): number | undefined {
  if (state === undefined) {
    const states = [...new Set(table.map((entry) => entry.state))];
    return sum(states.map((one) => eligiblePopulation(table, { state: one }, year)));
  }
  const own = table.filter((entry) => entry.state === state);
  if (district !== undefined)
    return ofYear(
      own.filter((entry) => entry.district === district),
      year,
    );
  const whole = own.filter((entry) => entry.district === undefined);
  if (whole.length > 0) return ofYear(whole, year);
  const districts = [...new Set(own.map((entry) => entry.district))];
  return sum(
    districts.map((one) =>
      ofYear(
        own.filter((entry) => entry.district === one),
        year,
      ),
    ),
  );
}

function ofYear(entries: readonly DenominatorEntry[], year: number): number | undefined {
  const sorted = entries.toSorted((one, other) => one.year - other.year);
  return (sorted.findLast((entry) => entry.year <= year) ?? sorted[0])?.eligible;
}

function sum(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, number) => total + number, 0);
}

/** Throws an Error that names the place in the table for what is no such table. */
export function readDenominators(value: unknown): DenominatorEntry[] {
  if (!Array.isArray(value)) throw new Error("denominators: is a list");
  return value.map((entry, index) => {
    const { state, district, year, eligible, source } = Object(entry);
    const isText = (text: unknown) => typeof text === "string" && text.length > 0 && text.length <= 200;
    if (!isText(state) || !isText(source) || (district !== undefined && !isText(district)))
      throw new Error(`denominators[${index}]: has state and source, and may have a district`);
    if (!Number.isInteger(year) || year < 1950 || year > 2200)
      throw new Error(`denominators[${index}].year: is a year`);
    if (!Number.isSafeInteger(eligible) || eligible < 1)
      throw new Error(`denominators[${index}].eligible: is a count`);
    return { state, ...(district === undefined ? {} : { district }), year, eligible, source };
  });
}
