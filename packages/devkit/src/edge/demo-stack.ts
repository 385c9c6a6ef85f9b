import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FhirServer, startFhirServer } from "../fhir-server/index.ts";
import { enterSettings, type HostPage, startHostPage } from "../host-page/index.ts";
import { DASHBOARD_CLIENT, DEMO_ROLE_MAPPINGS, type Issuer, startIssuer } from "../issuer/index.ts";
import { generatePopulation } from "../population/index.ts";
import { freshSecrets } from "./fresh-secrets.ts";
import { assertPortFree, type Edge, startEdge } from "./start-edge.ts";

/** Size of the synthetic population, where none is named. */
const DEMO_PATIENTS = 3000;

export interface TrustedIssuer {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly audiences: readonly string[];
}

/** What the programme has beside the edge, and what may stand in its place. */
export interface Parts {
  readonly startFhirServer: typeof startFhirServer;
  readonly startIssuer: typeof startIssuer;
}

export interface DemoOptions {
  /** Size of the synthetic population. Default 3,000. */
  readonly patients?: number;
  /** Seed of the population. Default: the generator's own. */
  readonly seed?: number;
  /** Loopback ports; 0 takes a free one. Default 0. */
  readonly gatewayPort?: number;
  readonly issuerPort?: number;
  readonly upstreamPort?: number;
  /** Port of a page of another site with widgets, which are published for it; then coverage has denominators, too. Default: there is none. */
  readonly hostPort?: number;
  /** How long the embedded issuer's access tokens are good. Default: the issuer's own. */
  readonly accessTokenSeconds?: number;
  /** Folder that keeps keys, the ledger and the upstream's changes. Default: nothing is kept. */
  readonly stateFolder?: string;
  /** Issuers that are trusted beside the embedded one, in the shape of the gateway's `OIDC_ISSUERS`. */
  readonly furtherIssuers?: readonly TrustedIssuer[];
  /** Further or other settings of the gateway; `UPSTREAM_BASE_URL` and `OIDC_ISSUERS` replace the embedded parts. */
  readonly settings?: Readonly<Record<string, string>>;
  /** As of `EdgeOptions`. */
  readonly build?: string;
  readonly isBare?: boolean;
  readonly isInspected?: boolean;
  readonly onLog?: (line: string) => void;
  /** Other parts than the embedded ones. */
  readonly parts?: Partial<Parts>;
}

export interface DemoStack {
  readonly edge: Edge;
  /** Base URL of the FHIR interface that clients use. */
  readonly fhirUrl: string;
  /** `undefined` where the settings name a real server instead. */
  readonly upstream: FhirServer | undefined;
  /** `undefined` where the settings name a real issuer instead. */
  readonly issuer: Issuer | undefined;
  /** `undefined` where none was asked for, or the issuer is a real one. */
  readonly hostPage: HostPage | undefined;
  close(): Promise<void>;
}

/** Starts the whole programme on loopback: FHIR server with a synthetic population, OIDC issuer, and the edge. */
export async function startDemoStack(options: DemoOptions = {}): Promise<DemoStack> {
  const started: { close(): Promise<void> }[] = [];
  const close = async () => {
    for (const part of started.splice(0).reverse()) await part.close();
  };
  try {
    if (options.gatewayPort) await assertPortFree(options.gatewayPort, "gateway");
    const issuer = await startEmbeddedIssuer(options, started);
    const upstream = await startEmbeddedUpstream(options, started);
    const edge = await startEdge({
      ...(options.gatewayPort === undefined ? {} : { port: options.gatewayPort }),
      ...(options.stateFolder === undefined ? {} : { stateFolder: join(options.stateFolder, "edge") }),
      ...(options.build === undefined ? {} : { build: options.build }),
      ...(options.isBare === undefined ? {} : { isBare: options.isBare }),
      ...(options.isInspected === undefined ? {} : { isInspected: options.isInspected }),
      ...(options.onLog === undefined ? {} : { onLog: options.onLog }),
      settings: {
        ...gatewaySettings(options, issuer, upstream),
        ...demoSecrets(options.stateFolder),
        ...options.settings,
      },
    });
    started.push(edge);
    issuer?.serve(edge.url);
    const fhirUrl = `${edge.url}/fhir`;
    const hostPage = await startPageWithWidgets(options, edge.url, issuer, started);
    return { edge, fhirUrl, upstream, issuer, hostPage, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startPageWithWidgets(
  { hostPort: port, patients = DEMO_PATIENTS }: DemoOptions,
  gateway: string,
  issuer: Issuer | undefined,
  started: { close(): Promise<void> }[],
): Promise<HostPage | undefined> {
  if (port === undefined || issuer === undefined) return undefined;
  if (port !== 0) await assertPortFree(port, "host");
  const { tokenUrl } = issuer;
  const page = await startHostPage({ port, gateway, tokenUrl });
  started.push(page);
  await enterSettings({ fhirUrl: `${gateway}/fhir`, tokenUrl, origin: page.url, patients });
  return page;
}

async function startEmbeddedIssuer(options: DemoOptions, started: { close(): Promise<void> }[]) {
  if (options.settings?.OIDC_ISSUERS !== undefined) return undefined;
  const port = options.issuerPort ?? 0;
  if (port !== 0) await assertPortFree(port, "issuer");
  const start = options.parts?.startIssuer ?? startIssuer;
  const issuer = await start({
    port,
    ...(options.accessTokenSeconds === undefined ? {} : { accessTokenSeconds: options.accessTokenSeconds }),
    ...stateFile(options.stateFolder, "issuer.json", "stateFile"),
  });
  started.push(issuer);
  return issuer;
}

async function startEmbeddedUpstream(options: DemoOptions, started: { close(): Promise<void> }[]) {
  if (options.settings?.UPSTREAM_BASE_URL !== undefined) return undefined;
  const port = options.upstreamPort ?? 0;
  if (port !== 0) await assertPortFree(port, "upstream");
  const start = options.parts?.startFhirServer ?? startFhirServer;
  const upstream = await start({
    port,
    resources: generatePopulation({
      patients: options.patients ?? DEMO_PATIENTS,
      ...(options.seed === undefined ? {} : { seed: options.seed }),
    }),
    ...stateFile(options.stateFolder, "upstream.ndjson", "journal"),
  });
  started.push(upstream);
  return upstream;
}

function stateFile<Name extends string>(folder: string | undefined, file: string, name: Name) {
  if (folder === undefined) return {};
  mkdirSync(folder, { recursive: true });
  return { [name]: join(folder, file) };
}

function gatewaySettings(options: DemoOptions, issuer: Issuer | undefined, upstream: FhirServer | undefined) {
  const issuers: TrustedIssuer[] = [...(options.furtherIssuers ?? [])];
  if (issuer !== undefined) {
    issuers.push({ issuer: issuer.issuer, jwksUri: issuer.jwksUrl, audiences: ["aarohan-edge"] });
  }
  return {
    OIDC_ISSUERS: JSON.stringify(issuers),
    ...(issuer === undefined ? {} : signInSettings(issuer)),
    ROLE_MAPPINGS: JSON.stringify(DEMO_ROLE_MAPPINGS),
    // The embedded server writes at once.
    EXPORT_SETTLE_SECONDS: "0",
    ...(upstream === undefined ? {} : { UPSTREAM_BASE_URL: upstream.url }),
  };
}

/** People sign in at the embedded issuer, whichever others are trusted beside it. */
function signInSettings({ issuer }: Issuer): Record<string, string> {
  return {
    OIDC_SIGN_IN_ISSUER: issuer,
    OIDC_CLIENT_ID: DASHBOARD_CLIENT.id,
    OIDC_CLIENT_SECRET: DASHBOARD_CLIENT.secret,
  };
}

/** Random secrets, kept between starts so that pseudonyms and page links stay good. */
export function demoSecrets(folder: string | undefined): Record<string, string> {
  const file = folder === undefined ? undefined : join(folder, "secrets.json");
  const kept = file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const all = { ...freshSecrets(), ...kept };
  if (file !== undefined) writeFileSync(file, JSON.stringify(all), { mode: 0o600 });
  return all;
}
