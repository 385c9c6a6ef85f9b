/**
 * `npm run bench [-- anonymiser | export | gateway | indicators | scale | stages | start]`: figures of one run on this
 * machine; compare the rows, not the numbers of another day.
 */
import { availableParallelism, cpus, totalmem } from "node:os";
import { generatePopulation } from "@aarohan/devkit";
import { benchAnonymiser } from "./anonymiser-bench.ts";
import { benchExport } from "./export-bench.ts";
import { benchGateway } from "./gateway-bench.ts";
import { benchIndicators } from "./indicators-bench.ts";
import { benchScale } from "./scale-bench.ts";
import { benchStages } from "./stages-bench.ts";
import { benchStart } from "./start-bench.ts";

const [asked] = process.argv.slice(2);
const resources = [...generatePopulation({ patients: 1000 })];
const [{ model = "" } = {}] = cpus();
console.log(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${availableParallelism()} cores (${model}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB, synthetic population of 1000 patients`,
);
const isAsked = (part: string) => asked === undefined || asked === part;
if (isAsked("gateway")) print(await benchGateway(resources));
if (isAsked("export")) print(await benchExport());
// Large, so only where they are asked for.
if (asked === "indicators") print(benchIndicators());
if (asked === "scale") print(await benchScale());
if (isAsked("stages")) print(await benchStages(resources));
if (isAsked("start")) print(await benchStart());
if (isAsked("anonymiser")) for (const section of benchAnonymiser(resources)) print(section);

function print(section: readonly string[]): void {
  console.log(`\n${section.join("\n")}`);
}
