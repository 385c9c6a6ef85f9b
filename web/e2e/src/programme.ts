import { resolve } from "node:path";
import { startDemoStack } from "@aarohan/devkit";
import type { TestProject } from "vitest/node";
import { startBrowser } from "./chromium.ts";
import { embedToken } from "./embed-token.ts";
import { tokenOf } from "./token.ts";

/** Where pictures and papers of a run are kept. */
export const ARTEFACTS = resolve(import.meta.dirname, "../.artefacts");

/** With fewer, no place is large enough to be published. */
const PATIENTS = 3000;
/** Of the demo's population; it is over, and released. */
const YEAR = 2025;

/** The host page's own. */
const PRIVATE = { widget: "follow-up", measure: "follow-up-completion", region: "Karnataka" } as const;

declare module "vitest" {
  interface ProvidedContext {
    /** Origin of the dashboard, and of the gateway. */
    readonly origin: string;
    /** The demo's page of another site, for which widgets are published. */
    readonly host: string;
    /** For the private widget of that page, minted at the start for one minute. */
    readonly soonExpired: string;
    readonly tokenUrl: string;
    /** Where the one browser is reached. */
    readonly browser: string;
  }
}

/** The demo and a browser for all files, on free ports. */
export default async function startProgramme(project: TestProject): Promise<() => Promise<void>> {
  const programme = await openProgramme();
  project.provide("origin", programme.origin);
  project.provide("host", programme.host);
  project.provide(
    "soonExpired",
    await embedToken(programme, { ...PRIVATE, origin: programme.host, minutes: 1 }),
  );
  project.provide("tokenUrl", programme.tokenUrl);
  project.provide("browser", programme.browser);
  return async () => {
    await programme.close();
    console.log(`pictures and papers of this run: ${ARTEFACTS}`);
  };
}

export async function openProgramme() {
  const browser = await startBrowser();
  // More than one export by the same person: the limit has its own tests.
  const stack = await startDemoStack({
    patients: PATIENTS,
    hostPort: 0,
    settings: { EXPORT_JOBS_PER_HOUR: "20" },
  });
  const tokenUrl = stack.issuer?.tokenUrl ?? "";
  await waitForNumbers(stack.fhirUrl, tokenUrl);
  return {
    origin: stack.edge.url,
    host: stack.hostPage?.url ?? "",
    tokenUrl,
    browser: browser.wsEndpoint(),
    async close() {
      await browser.close();
      await stack.close();
    },
  };
}

/** Numbers are counted, and released, in the minute after the start. */
async function waitForNumbers(fhirUrl: string, tokenUrl: string): Promise<void> {
  for (const client of ["analyst", "viewer"] as const) {
    const headers = { Authorization: `Bearer ${await tokenOf(client, tokenUrl)}` };
    const url = `${fhirUrl}/MeasureReport?period=${YEAR}&group=none&measure=screening-coverage`;
    for (let attempt = 1; (await fetch(url, { headers })).status !== 200; attempt += 1) {
      if (attempt === 60) throw new Error(`the demo has no numbers for the ${client} after a minute`);
      await new Promise((wait) => setTimeout(wait, 1000));
    }
  }
}
