/** `npm run -s deploy:realm -- --env production`: prints what the programme's Keycloak needs, for its "Partial import". */
import { parseArgs } from "node:util";
import { readEnvironment } from "./environment.ts";
import { realmImport } from "./realm-import.ts";

try {
  const { values } = parseArgs({ options: { env: { type: "string" } } });
  if (values.env === undefined) throw new Error("--env names an environment: staging or production");
  console.log(JSON.stringify(realmImport(readEnvironment(values.env)), undefined, 2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
