/**
 * `npm run demo`: the whole programme on this machine: FHIR server with a synthetic population, OIDC issuer, gateway
 * and page. State is kept in `.aarohan/`, or in the folder DEMO_STATE. Ctrl-C ends everything.
 */
import { DEMO_CLIENTS, DEMO_USERS, type DemoStack, declaredSettings, startDemoStack } from "@aarohan/devkit";

async function main(): Promise<void> {
  const started = performance.now();
  const patients = wholeNumber("DEMO_PATIENTS", 3000, 1, 100_000);
  console.log(`starting the programme with ${patients} synthetic patients …`);
  const stack = await startDemoStack({
    patients,
    gatewayPort: wholeNumber("GATEWAY_PORT", 8787, 1, 65_535),
    issuerPort: wholeNumber("ISSUER_PORT", 8788, 1, 65_535),
    upstreamPort: wholeNumber("UPSTREAM_PORT", 8789, 1, 65_535),
    hostPort: wholeNumber("HOST_PORT", 8790, 1, 65_535),
    stateFolder: process.env.DEMO_STATE || ".aarohan",
    settings: settingsFromEnvironment(),
    ...(process.env.AAROHAN_LOG === "1" ? { onLog: console.log } : {}),
  });
  closeOnSignal(stack);
  await announce(stack, (performance.now() - started) / 1000);
}

function wholeNumber(name: string, fallback: number, least: number, most: number): number {
  const text = process.env[name];
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new Error(`${name} is a whole number from ${least} to ${most}`);
  }
  return value;
}

function settingsFromEnvironment(): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const name of declaredSettings()) {
    const value = process.env[name];
    if (value !== undefined && value !== "") settings[name] = value;
  }
  return settings;
}

function closeOnSignal(stack: DemoStack): void {
  let closing = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (closing) return;
      closing = true;
      stack.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

async function announce(stack: DemoStack, seconds: number): Promise<void> {
  const tokenUrl = stack.issuer?.tokenUrl ?? "$TOKEN_URL";
  const lines = [
    `ready: ${stack.edge.url}`,
    "",
    `  page        ${stack.edge.url}/`,
    `  FHIR        ${stack.fhirUrl}`,
    `  issuer      ${stack.issuer?.issuer ?? "as configured"}`,
    `  upstream    ${stack.upstream?.url ?? "as configured"} (what must not leave: for comparing)`,
    `  widgets     ${stack.hostPage?.url ?? "no page"} (a page of another site, which shows them)`,
    "",
    "  clients, each with the secret demo-secret:",
    ...DEMO_CLIENTS.map(({ id, description }) => `    ${id.padEnd(18)}${description}`),
    "",
    `  people, who sign in at ${stack.edge.url}/auth/login with the password demo-password:`,
    ...DEMO_USERS.map(({ username, roles }) => `    ${username.padEnd(18)}${roles.join(", ")}`),
    "",
    `TOKEN=$(curl -s "${tokenUrl}" -d grant_type=client_credentials -d client_id=analyst -d client_secret=demo-secret | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
    `curl -s "${stack.fhirUrl}/Patient?_count=2&_sort=-_lastUpdated&_pretty=true" -H "Authorization: Bearer $TOKEN"`,
    `curl -s "${stack.fhirUrl}/QuestionnaireResponse?_format=csv&_count=1000" -H "Authorization: Bearer $TOKEN"`,
    `curl -s -i '${stack.fhirUrl}/$export?_type=Patient,Observation' -H "Authorization: Bearer $TOKEN"   # then ask its Content-Location`,
    "",
    `(started in ${seconds.toFixed(1)} s; Ctrl-C ends everything)`,
  ];
  console.log(lines.join("\n"));
}

main().catch((error: unknown) => {
  console.error(`the demo did not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
