/** The edge in a process of its own, to be killed: settings as JSON in EDGE_OPTIONS; prints its address, then serves. */
import { type EdgeOptions, startEdge } from "@aarohan/devkit";

const options: EdgeOptions = JSON.parse(process.env.EDGE_OPTIONS ?? "{}");
const edge = await startEdge(options);
console.log(edge.url);
