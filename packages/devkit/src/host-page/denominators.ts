import { PLACES } from "../population/place.ts";

const SOURCE = "invented for the demo, as its population is";
/** The first of the population's years: it counts for those after it, too. */
const YEAR = 2023;
/** Eligible people for each of the population, were all places alike. */
const ELIGIBLE_OF_EACH = 1.5;

/**
 * How many people could be screened in the districts of a synthetic population of that size: so many that shares differ from place
 * to place, as no real numbers of these districts would let them.
 */
export function demoDenominators(patients: number) {
  const whole = PLACES.reduce((sum, { weight }) => sum + weight, 0);
  return PLACES.map(({ state, district, weight }, place) => {
    const difference = 0.7 + ((place * 7) % 10) / 10;
    const eligible = Math.ceil((patients * ELIGIBLE_OF_EACH * difference * weight) / whole) + 20;
    return {
      name: "denominator",
      part: [
        { name: "state", valueString: state },
        { name: "district", valueString: district },
        { name: "year", valueInteger: YEAR },
        { name: "eligible", valueInteger: eligible },
        { name: "source", valueString: SOURCE },
      ],
    };
  });
}
