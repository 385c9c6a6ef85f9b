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
import { answerError, refuse, unknownRoute } from "./failure.ts";
import { files } from "./files.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { limit } from "./limit.ts";
import { unlessOpen } from "./open-description.ts";
import { admit, OPERATIONS, pathsOf, type ServedOperation } from "./operations.ts";
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
  for (const operation of OPERATIONS) serveOperation(app, operation);
  for (const type of [...OWN_TYPES, ...DEFINITION_TYPES]) serveType(app, type);
  app.all("/fhir/:operation{\\$.+}", refuse());
  app.all("/fhir/:type/:operation{\\$.+}", refuse());
  app.get("/fhir/:type", searchType());
  app.post("/fhir/:type/_search", searchType());
  app.get("/fhir/:type/:id", readResource());
  app.all("/fhir/*", refuse());
  return app;
}

function serveOperation(app: Hono<GatewayEnv>, operation: ServedOperation): void {
  for (const path of pathsOf(operation)) {
    for (const [method, handler] of Object.entries(operation.handlers)) {
      app.on(method, path, admit(operation), handler);
    }
  }
}

function serveType(app: Hono<GatewayEnv>, { type, search, read }: OwnType): void {
  app.get(`/fhir/${type}`, search);
  app.post(`/fhir/${type}/_search`, search);
  app.get(`/fhir/${type}/:id`, read ?? refuse());
}
