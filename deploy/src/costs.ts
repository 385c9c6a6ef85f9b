/** `npm run costs`: what a month costs, by how many resources leave. */
import { dollarsFor, PLAN_DOLLARS, PRICES, PRICES_OF, type Usage } from "./prices.ts";
import { mostResourcesOfATenant, usageOf } from "./usage.ts";

const SIZES = [1, 10, 100];
const usages = SIZES.map((millions) => usageOf(millions * 1_000_000));

console.log(`US dollars a month, by public prices of ${PRICES_OF}; in brackets what is used`);
line(
  "resources",
  SIZES.map((millions) => `${millions} million`),
);
line(
  "plan",
  SIZES.map(() => PLAN_DOLLARS.toFixed(2)),
);
for (const [name, price] of Object.entries(PRICES)) {
  line(
    price.what,
    usages.map((usage) => `${dollarsFor(price, used(usage, name)).toFixed(2)} (${short(used(usage, name))})`),
  );
}
line(
  "sum",
  usages.map((usage) => sumOf(usage).toFixed(2)),
);
console.log(`The trail of one tenant holds ${short(mostResourcesOfATenant())} resources a month.`);

function sumOf(usage: Usage): number {
  const extra = Object.entries(PRICES).map(([name, price]) => dollarsFor(price, used(usage, name)));
  return extra.reduce((sum, one) => sum + one, PLAN_DOLLARS);
}

function used(usage: Usage, name: string): number {
  return Object.entries(usage).find(([known]) => known === name)?.[1] ?? 0;
}

function line(title: string, cells: readonly string[]): void {
  console.log(`  ${title.padEnd(30)}${cells.map((cell) => cell.padStart(22)).join("")}`);
}

function short(value: number): string {
  return new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(value);
}
