/** `npm run bench`: figures of one run on this machine; compare the rows, not the numbers of another day. */
import { availableParallelism } from "node:os";
import { generatePopulation } from "@aarohan/devkit";
import { benchAnonymiser } from "./anonymiser-bench.ts";
import { benchGateway } from "./gateway-bench.ts";

const resources = [...generatePopulation({ patients: 1000 })];
console.log(
  `Node ${process.version}, ${availableParallelism()} cores, synthetic population of 1000 patients\n`,
);
console.log((await benchGateway(resources)).join("\n"));
console.log("");
console.log(benchAnonymiser(resources).join("\n"));
