export { type Canary, canaries } from "./canaries.ts";
