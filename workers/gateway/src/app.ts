import { Hono } from "hono";
import { routePath } from "./address.ts";
import { readAudit, searchAudit, verifyAudit } from "./audit-trail.ts";
import { authenticate } from "./authenticate.ts";
import { authorise } from "./authorise.ts";
import { dataDictionary } from "./data-dictionary.ts";
import { deniedAccess, denyAccess, restoreAccess } from "./denied-access.ts";
import { capabilityStatement, smartConfiguration, status } from "./discovery.ts";
import { embedFrame } from "./embed-frame.ts";
import { embedPreflight, embedReport } from "./embed-reports.ts";
import { mintEmbedToken } from "./embed-tokens.ts";
import { exportJobs } from "./export-jobs.ts";
import { kickOff } from "./export-kick-off.ts";
import { cancelExport, exportStatus } from "./export-status.ts";
import { answerError, refuse, unknownRoute } from "./failure.ts";
import { files } from "./files.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { indicatorState, recountIndicators, releases } from "./indicator-state.ts";
import { limit } from "./limit.ts";
import { evaluateMeasure, searchMeasureReports } from "./measure-reports.ts";
import { readMeasure, searchMeasures } from "./measures.ts";
import { changeSettings, readSettings } from "./programme-settings-route.ts";
import { protect, shareWithOrigins } from "./protect.ts";
import { readResource } from "./read.ts";
import { record } from "./record.ts";
import { searchType } from "./search.ts";
import { readSession, signOut } from "./session.ts";
import { finishSignIn, signIn } from "./sign-in.ts";
import { trace } from "./trace.ts";
import { userLimits } from "./user-limits.ts";

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
  app.get("/fhir/metadata", capabilityStatement());

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

  app.use("/fhir/*", authenticate());
  app.use("/fhir/*", record());
  app.use("/fhir/*", limit());
  app.use("/fhir/*", authorise());

  app.on(["GET", "POST"], "/fhir/$export", kickOff("system"));
  app.on(["GET", "POST"], "/fhir/Patient/$export", kickOff("patient"));
  app.on(["GET", "POST"], "/fhir/Group/:id/$export", kickOff("group"));
  app.get("/fhir/$export-poll-status", exportStatus());
  app.delete("/fhir/$export-poll-status", cancelExport());
  app.get("/fhir/$export-jobs", exportJobs());
  app.get("/fhir/$limits", userLimits());
  app.get("/fhir/$settings", readSettings());
  app.post("/fhir/$settings", changeSettings());
  app.get("/fhir/$denied-access", deniedAccess());
  app.post("/fhir/$deny-access", denyAccess());
  app.post("/fhir/$restore-access", restoreAccess());
  app.get("/fhir/AuditEvent", searchAudit());
  app.post("/fhir/AuditEvent/_search", searchAudit());
  app.get("/fhir/AuditEvent/$verify", verifyAudit());
  app.get("/fhir/AuditEvent/:id", readAudit());
  app.get("/fhir/Measure", searchMeasures());
  app.on(["GET", "POST"], "/fhir/Measure/$evaluate-measure", evaluateMeasure());
  app.on(["GET", "POST"], "/fhir/Measure/:id/$evaluate-measure", evaluateMeasure());
  app.get("/fhir/Measure/$counting", indicatorState());
  app.post("/fhir/Measure/$recount", recountIndicators());
  app.get("/fhir/Measure/:id", readMeasure());
  app.get("/fhir/MeasureReport", searchMeasureReports());
  app.get("/fhir/MeasureReport/$releases", releases());
  app.get("/fhir/:type/$data-dictionary", dataDictionary());
  app.all("/fhir/:operation{\\$.+}", refuse());
  app.all("/fhir/:type/:operation{\\$.+}", refuse());
  app.get("/fhir/:type", searchType());
  app.post("/fhir/:type/_search", searchType());
  app.get("/fhir/:type/:id", readResource());
  app.all("/fhir/*", refuse());
  return app;
}
