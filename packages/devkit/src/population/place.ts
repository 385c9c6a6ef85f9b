import type { Random } from "./random.ts";

/** Whose names and scripts are usual in a place. */
export type NamePool = "kannada" | "tamil" | "hindi" | "assamese" | "hills";

/** A district in which the programme screens. */
export interface Place {
  readonly state: string;
  /** As the registration form offers it. */
  readonly district: string;
  /** Other spellings of the district that occur in addresses. */
  readonly variants: readonly string[];
  /** Share of the screenings, relative to the other places. */
  readonly weight: number;
  /** About the middle of the district, in degrees (WGS 84). */
  readonly latitude: number;
  readonly longitude: number;
  /** First three digits of its PIN codes. */
  readonly pinPrefix: string;
  readonly pool: NamePool;
}

type Row = readonly [
  district: string,
  variants: string,
  weight: number,
  latitude: number,
  longitude: number,
  pin: string,
];

/** Unequal on purpose: some cells are so small that they must never be told. */
const ROWS: Readonly<Record<string, readonly [NamePool, readonly Row[]]>> = {
  Karnataka: [
    "kannada",
    [
      [
        "Bengaluru (Bangalore) Urban",
        "Bangalore Urban|Bengaluru Urban|BANGALORE URBAN",
        17,
        12.97,
        77.59,
        "560",
      ],
      ["Mysuru (Mysore)", "Mysore|Mysuru", 8, 12.3, 76.64, "570"],
      ["Tumakuru (Tumkur)", "Tumkur", 7, 13.34, 77.1, "572"],
      ["Kolar", "", 5, 13.13, 78.13, "563"],
      ["Raichur", "", 4, 16.21, 77.36, "584"],
      ["Kodagu", "", 1, 12.42, 75.74, "571"],
      ["Chamarajanagar", "", 0.4, 11.92, 76.94, "571"],
    ],
  ],
  "Tamil Nadu": [
    "tamil",
    [
      ["Chennai", "", 7, 13.08, 80.27, "600"],
      ["Coimbatore", "", 5, 11.01, 76.95, "641"],
      ["Madurai", "", 5, 9.92, 78.12, "625"],
      ["Nilgiris", "", 1, 11.41, 76.69, "643"],
      ["Ariyalur", "", 0.3, 11.14, 79.08, "621"],
    ],
  ],
  Assam: [
    "assamese",
    [
      ["Kamrup Metropolitan", "", 6, 26.14, 91.73, "781"],
      ["Dibrugarh", "", 4, 27.47, 94.91, "786"],
      ["Majuli", "", 0.5, 26.95, 94.17, "785"],
      ["Dima Hasao", "", 0.2, 25.34, 93.02, "788"],
    ],
  ],
  Bihar: [
    "hindi",
    [
      ["Patna", "", 7, 25.59, 85.13, "800"],
      ["Gaya", "", 5, 24.79, 85, "823"],
      ["Muzaffarpur", "", 4, 26.12, 85.36, "842"],
      ["Sheohar", "", 0.5, 26.51, 85.29, "843"],
    ],
  ],
  "Uttar Pradesh": [
    "hindi",
    [
      ["Varanasi", "", 6, 25.31, 82.97, "221"],
      ["Lucknow", "", 5, 26.84, 80.94, "226"],
      ["Shravasti", "", 0.5, 27.5, 82, "271"],
    ],
  ],
  Meghalaya: [
    "hills",
    [
      ["East Khasi Hills", "", 3, 25.57, 91.88, "793"],
      ["West Garo Hills", "", 2, 25.51, 90.2, "794"],
      ["South Garo Hills", "", 0.3, 25.3, 90.6, "794"],
    ],
  ],
  "Arunachal Pradesh": ["hills", [["Tawang", "", 0.2, 27.58, 91.86, "790"]]],
};

export const PLACES: readonly Place[] = Object.entries(ROWS).flatMap(([state, [pool, rows]]) =>
  rows.map(([district, variants, weight, latitude, longitude, pinPrefix]) => ({
    state,
    district,
    variants: variants === "" ? [] : variants.split("|"),
    weight,
    latitude,
    longitude,
    pinPrefix,
    pool,
  })),
);

export const STATES: readonly string[] = Object.keys(ROWS);

const WEIGHTS = PLACES.map((place) => [place, place.weight] as const);

export function placeOf(random: Random): Place {
  return random.weighted(WEIGHTS);
}

/** Villages and wards: below the district, and so identifying. */
const VILLAGES: Readonly<Record<NamePool, readonly string[]>> = {
  kannada: [
    "Hosahalli",
    "Kyathasandra",
    "Bommanahalli",
    "Doddaballi Kere",
    "Chikkanayakana Palya",
    "Belavadi",
    "Sira Gate Colony",
    "Maddur Cheluve",
  ],
  tamil: [
    "Pollachi Pudur",
    "Usilampatti",
    "Thirumangalam",
    "Velachery East",
    "Kotagiri Bazaar",
    "Sulur Pirivu",
    "Melur Kattupatti",
  ],
  hindi: [
    "Danapur Diara",
    "Bodhi Tola",
    "Mushahari Bazar",
    "Sarnath Purwa",
    "Malihabad Khas",
    "Phulwari Tola",
    "Ikauna Dehat",
    "Chiraigaon",
  ],
  assamese: [
    "Azara Gaon",
    "Lahoal Tiniali",
    "Kamalabari Satra",
    "Haflong Bazaar",
    "Beltola Chariali",
    "Moran Tiniali",
  ],
  hills: [
    "Mawphlang",
    "Laitumkhrah",
    "Rongram Akong",
    "Baghmara Songgital",
    "Sohra Khliehshnong",
    "Jang Gompa Basti",
  ],
};

export function villageOf(place: Place, random: Random): string {
  return random.pick(VILLAGES[place.pool]);
}

const STREETS = [
  "Temple Street",
  "4th Cross",
  "Weavers Lane",
  "Masjid Gali",
  "Bus Stand Road",
  "Tank Bund Road",
];

export function houseOf(random: Random): string {
  return `No. ${random.integer(1, 480)}/${random.integer(1, 19)}, ${random.pick(STREETS)}`;
}

/** Six decimals, the last of them not zero: about a tenth of a metre. */
export function preciseDegrees(degrees: number, random: Random): number {
  return Number(`${degrees.toFixed(5)}${random.integer(1, 9)}`);
}
