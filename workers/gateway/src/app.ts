import { Hono } from "hono";
import { routePath } from "./address.ts";
import { authenticate } from "./authenticate.ts";
import { authorise } from "./authorise.ts";
import { capabilityStatement } from "./capability-statement.ts";
import { DEFINITION_TYPES } from "./definitions.ts";
import { smartConfiguration, status } from "./discovery.ts";
import { embedFrame } from "./embed-frame.ts";
import { embedPreflight, embedReport } from "./embed-reports.ts";
import { mintEmbedToken } from "./embed-tokens.ts";
import { answerError, refuse, refuseHistory, refuseMethod, unknownRoute } from "./failure.ts";
import { files } from "./files.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { limit } from "./limit.ts";
import { unlessOpen } from "./open-description.ts";
import { admit, methodsAt, OPERATIONS, pathsOf, type ServedOperation } from "./operations.ts";
import { OWN_TYPES, type OwnType } from "./own-types.ts";
import { protect, shareWithOrigins } from "./protect.ts";
import { readResource } from "./read.ts";
import { record } from "./record.ts";
import { searchType } from "./search.ts";
import { readSession, signOut } from "./session.ts";
import { finishSignIn, signIn } from "./sign-in.ts";
import { trace } from "./trace.ts";

/** The gateway, read from top to bottom: what is open to all, then the chain that every FHIR request goes through. */
export function createApp(): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>({ getPath: routePath });
  app.onError(answerError);
  app.notFound(unknownRoute);

  app.use(trace());
  app.use(protect());
  app.use(shareWithOrigins());

  app.get("/status", status());
  app.get("/.well-known/smart-configuration", smartConfiguration());
  app.get("/fhir/.well-known/smart-configuration", smartConfiguration());

  app.get("/auth/login", signIn());
  app.get("/auth/callback", finishSignIn());
  app.get("/auth/session", readSession());
  app.post("/auth/logout", signOut());

  app.use("/embed/tokens", authenticate(), record(), limit(), authorise());
  app.post("/embed/tokens", mintEmbedToken());
  app.options("/embed/reports/:widget", embedPreflight());
  app.get("/embed/reports/:widget", embedReport());
  app.get("/embed/frame/:widget", embedFrame());

  app.all("/files/:job/:name", files());
  app.all("/files/*", files());

  for (const step of [authenticate(), record(), limit(), authorise()]) app.use("/fhir/*", unlessOpen(step));

  app.get("/fhir/metadata", capabilityStatement());
  app.all("/fhir/metadata", refuseMethod("GET", "HEAD"));
  for (const operation of OPERATIONS) serveOperation(app, operation);
  for (const path of new Set(OPERATIONS.flatMap(pathsOf))) app.all(path, refuseMethod(...methodsAt(path)));
  app.get("/fhir/_history", refuseHistory());
  app.all("/fhir/_search", refuse());
  app.get("/fhir/:type/_history", refuseHistory());
  for (const type of [...OWN_TYPES, ...DEFINITION_TYPES]) serveType(app, type);
  app.all("/fhir/:operation{\\$.+}", refuse());
  app.all("/fhir/:type/:operation{\\$.+}", refuse());
  serveType(app, { type: ":type", search: searchType(), read: readResource() });
  app.all("/fhir/*", refuse());
  return app;
}

function serveOperation(app: Hono<GatewayEnv>, operation: ServedOperation): void {
  for (const path of pathsOf(operation)) {
    for (const [method, handler] of Object.entries(operation.handlers)) {
      app.on(method, path, admit(operation, methodsAt(path)), handler);
    }
  }
}

function serveType(
  app: Hono<GatewayEnv>,
  { type, search, read }: Pick<OwnType, "type" | "search" | "read">,
): void {
  app.get(`/fhir/${type}`, search);
  app.all(`/fhir/${type}`, refuseMethod("GET", "HEAD"));
  app.post(`/fhir/${type}/_search`, search);
  app.all(`/fhir/${type}/_search`, refuseMethod("POST"));
  app.get(`/fhir/${type}/:id`, read ?? refuse());
  app.all(`/fhir/${type}/:id`, refuseMethod(...(read === undefined ? [] : ["GET", "HEAD"])));
}
