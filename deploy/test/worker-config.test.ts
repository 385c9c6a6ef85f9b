import { describe, expect, it } from "vitest";
import { SETTINGS_BY_WORKER } from "../src/all-settings.ts";
import { readEnvironment } from "../src/environment.ts";
import {
  configFor,
  inOrder,
  readWorkers,
  secretNames,
  settingNames,
  type Worker,
} from "../src/worker-config.ts";
import { environmentWith } from "./environment-fixture.ts";

const WORKERS = readWorkers();
const [PRODUCTION, STAGING] = [readEnvironment("production"), readEnvironment("staging")];

describe("the workers", () => {
  it("are deployed so that each finds what it is bound to", () => {
    expect(WORKERS.map(({ name }) => name)).toEqual(["ledger", "exporter", "downloads", "gateway"]);
    expect(inOrder(WORKERS.toReversed())).toEqual(WORKERS);
  });

  it("cannot be bound to each other in a circle", () => {
    const [ledger, , , gateway] = WORKERS;
    const services = [{ binding: "GATEWAY", service: gateway?.config.name ?? "" }];
    const circle = WORKERS.map((one) =>
      one === ledger ? { ...one, config: { ...one.config, services } } : one,
    );
    expect(() => inOrder(circle)).toThrow("circle");
  });

  it("run on one compatibility date", () => {
    expect(new Set(WORKERS.map(({ config }) => config.compatibility_date)).size).toBe(1);
  });
});

describe.each(WORKERS.map((worker): [string, Worker] => [worker.name, worker]))("%s", (name, worker) => {
  const { config } = worker;

  it("has no address of its own, no previews, and a bound of CPU time", () => {
    expect(config).toMatchObject({ workers_dev: false, preview_urls: false });
    expect(config.limits.cpu_ms).toBeGreaterThan(0);
  });

  it("logs its own lines alone: no address, no query", () => {
    expect(config.observability).toMatchObject({
      redact_query_string: true,
      logs: { invocation_logs: false },
      traces: { enabled: false },
    });
  });

  it("declares the settings that its code reads, with their defaults, and the secrets as secrets", () => {
    const known = Object.entries(SETTINGS_BY_WORKER[name] ?? {});
    expect(settingNames(worker).sort()).toEqual(namesOf(known.filter(([, { secret }]) => !secret)));
    expect([...secretNames(worker)].sort()).toEqual(namesOf(known.filter(([, { secret }]) => secret)));
    for (const [setting, { fallback, required, secret }] of known) {
      if (!required && !secret) expect(config.vars?.[setting], setting).toBe(fallback);
    }
  });

  it("creates each of its own classes of objects once, in SQLite, by migrations in order", () => {
    const own = (config.durable_objects?.bindings ?? []).filter((one) => one.script_name === undefined);
    const migrations = config.migrations ?? [];
    const created = migrations.flatMap((one) => one.new_sqlite_classes);
    expect(created.toSorted()).toEqual(own.map((one) => one.class_name).toSorted());
    expect(migrations.map(({ tag }) => tag)).toEqual(migrations.map((_, index) => `v${index + 1}`));
  });

  it("is deployed as the bundle that the tests ran, not bundled anew", () => {
    const { main, no_bundle } = configFor(worker, PRODUCTION, worker.folder);
    expect([main, no_bundle]).toEqual(["dist/worker/index.js", true]);
  });

  it("has an address in an environment if it is the gateway, the account's own without a host", () => {
    const trial = environmentWith({}, { host: "" });
    const [hosted, unhosted] = [PRODUCTION, trial].map((one) => configFor(worker, one, worker.folder));
    const route = { pattern: "data.example.org", custom_domain: true };
    expect(hosted?.routes).toEqual(name === "gateway" ? [route] : undefined);
    expect([hosted?.workers_dev, unhosted?.workers_dev]).toEqual([false, name === "gateway"]);
    expect(unhosted?.routes).toBeUndefined();
  });

  it("is the same in staging as in production, but for names and addresses", () => {
    const [production, staging] = [PRODUCTION, STAGING].map((one) => configFor(worker, one, worker.folder));
    const renamed = JSON.stringify(staging)
      .replaceAll("-staging", "")
      .replaceAll("staging.", "")
      .replace(/"namespace_id":"2/g, '"namespace_id":"1');
    expect(JSON.parse(renamed)).toEqual(JSON.parse(JSON.stringify(production)));
  });

  it("shares nothing of the account between staging and production", () => {
    const [production = [], staging = []] = [PRODUCTION, STAGING].map((one) => accountNames(worker, one));
    expect(production.filter((shared) => staging.includes(shared))).toEqual([]);
  });
});

function namesOf(entries: readonly (readonly [string, unknown])[]): string[] {
  return entries.map(([name]) => name).sort();
}

/** Names that an account knows once: of workers, buckets, limits and addresses. */
function accountNames(worker: Worker, environment: typeof PRODUCTION): string[] {
  const config = configFor(worker, environment, worker.folder);
  return [
    config.name,
    ...(config.durable_objects?.bindings ?? []).flatMap((one) => one.script_name ?? []),
    ...(config.services ?? []).map((one) => one.service),
    ...(config.r2_buckets ?? []).map((one) => one.bucket_name),
    ...(config.ratelimits ?? []).map((one) => one.namespace_id),
    ...(config.routes ?? []).map((one) => one.pattern),
  ];
}
