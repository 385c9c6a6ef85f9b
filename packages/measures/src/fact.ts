/** Which of two states of a resource is newer: when it was written, in milliseconds since 1970, then its version. */
export type FactVersion = readonly [writtenAt: number, version: number];

interface FactBase {
  /** `Patient/1`: the resource that says it. */
  readonly key: string;
  readonly version: FactVersion;
  /** Whom it is about, by Patient id. */
  readonly patient: string;
}

export type YesNo = "yes" | "no";
export type Setting = "field" | "hospital";
/** State as the programme's forms spell it, and district: only places that are on the caller's list. */
export interface Region {
  readonly state?: string;
  readonly district?: string;
}

/** Habits that were answered, in the order of `HABITS`: c(urrent), n(ot now); `-` where nothing was answered. */
export type HabitAnswers = string;

export type Fact = FactBase &
  (
    | {
        readonly kind: "person";
        readonly sex?: "male" | "female" | "other";
        /** Year, month or day. */
        readonly birthDate?: string;
        readonly region: Region;
        /** Patients who are the same person. */
        readonly links: readonly string[];
      }
    | {
        readonly kind: "screening";
        readonly encounter?: string;
        readonly day: number;
        readonly setting?: Setting;
        readonly region: Region;
        readonly lesion?: YesNo;
        readonly habits: HabitAnswers;
        readonly ai?: "suspicious" | "non-suspicious";
        readonly organisation?: string;
      }
    /** An answer of the form that was extracted to an Observation. */
    | {
        readonly kind: "observation";
        readonly encounter: string;
        readonly of: string;
        readonly value: string;
      }
    | { readonly kind: "visit"; readonly setting: Setting }
    | {
        readonly kind: "review";
        readonly encounter?: string;
        readonly day: number;
        /** SNOMED CT; absent where none of the known ones was given. */
        readonly diagnosis?: string;
        readonly recommendations: readonly string[];
      }
    | {
        readonly kind: "follow-up";
        readonly encounter?: string;
        readonly day: number;
        readonly outcome?: string;
        /** When it was done, where that is known. */
        readonly doneOn?: number;
      }
    /** Says nothing any more: entered in error, not completed, deleted. */
    | { readonly kind: "none" }
  );

export type FactOf<K extends Fact["kind"]> = Extract<Fact, { readonly kind: K }>;

function isNewer([writtenAt, version]: FactVersion, than: FactVersion): boolean {
  return writtenAt > than[0] || (writtenAt === than[0] && version > than[1]);
}

/** The newer of two facts of one resource, whichever comes first. */
export function newerFact(one: Fact, other: Fact): Fact {
  if (isNewer(one.version, other.version)) return one;
  if (isNewer(other.version, one.version)) return other;
  // Two contents of one version: either may be right, and everybody has to choose alike.
  return JSON.stringify(one) < JSON.stringify(other) ? other : one;
}
