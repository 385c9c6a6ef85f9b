import { existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import packaged from "@sparticuz/chromium";
import { chromium } from "playwright-core";

/** Names under which distributions install it. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"] as const;

const HELP =
  "the browser tests need Chromium: install it (Debian: apt-get install -y chromium), or name it in CHROMIUM_PATH";

/** A server that test files connect to: one browser for all of them. Rejects, and says what to do, where none starts. */
export async function startBrowser() {
  const executablePath = await findChromium();
  try {
    // A container has no user namespaces for the sandbox; nothing but the demo is visited.
    return await chromium.launchServer({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  } catch (error) {
    throw new Error(`${executablePath} does not start. ${HELP}`, { cause: error });
  }
}

/** CHROMIUM_PATH, else the system's, else the one that comes as a package. */
async function findChromium(): Promise<string> {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== "") {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM_PATH names ${named}, where there is nothing. ${HELP}`);
  }
  return installed() ?? unpacked();
}

function installed(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const places = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return places.find((place) => statSync(place, { throwIfNoEntry: false })?.isFile());
}

async function unpacked(): Promise<string> {
  try {
    return await packaged.executablePath();
  } catch (error) {
    throw new Error(`no Chromium is installed, and the packaged one cannot be unpacked. ${HELP}`, {
      cause: error,
    });
  }
}
