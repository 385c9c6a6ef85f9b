import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ChainPlace, chained, chainStart, createHeadSigner } from "@aarohan/audit";
import { beforeEach, describe, expect, it } from "vitest";
import { folder, run } from "./run.ts";

let place: string;
let key: string;
let heads: string[];
let days: string[];

/** Three sealed days of two entries each, as the ledger writes them. */
beforeEach(async () => {
  place = folder();
  const { stdout } = await run(["audit", "key", "--out", join(place, "private.jwk")]);
  key = join(place, "public.jwk");
  writeFileSync(key, stdout);
  const signer = createHeadSigner(readFileSync(join(place, "private.jwk"), "utf8"));
  let end: ChainPlace = chainStart("default");
  heads = [];
  days = [];
  for (const day of ["2026-11-20", "2026-11-21", "2026-11-22"]) {
    const before = end;
    const lines: string[] = [];
    for (const id of ["a", "b"]) {
      const entry = chained(end, {
        resourceType: "AuditEvent",
        id: `${day}-${id}`,
        type: { code: "rest" },
        recorded: `${day}T00:00:00Z`,
        agent: [{ requestor: true }],
        source: { observer: { display: "x" } },
      });
      lines.push(entry.line);
      end = entry;
    }
    const file = join(place, `${day}.ndjson`);
    const jws = await signer.sign({
      tenant: "default",
      day,
      first: before.sequence + 1,
      entries: 2,
      previous: before.hash,
      head: end.hash,
      sealed: `${day}T00:00:00Z`,
    });
    writeFileSync(file, `${lines.join("\n")}\n`);
    writeFileSync(join(place, `${day}.head.jws`), jws);
    heads.push(jws);
    days.push(file);
  }
});

const verify = (...args: string[]) => run(["audit", "verify", "--key", key, ...args]);
const edit = (file: string, change: (text: string) => string) =>
  writeFileSync(file, change(readFileSync(file, "utf8")));

describe("aarohan audit key", () => {
  it("keeps the private half in a file for its owner alone, and prints the public one", async () => {
    expect(statSync(join(place, "private.jwk")).mode & 0o777).toBe(0o600);
    expect(readFileSync(key, "utf8")).not.toContain('"d"');
    expect((await run(["audit", "key", "--out", join(place, "private.jwk")])).status).toBe(2);
    expect((await run(["audit", "key"])).status).toBe(2);
  });
});

describe("aarohan audit verify", () => {
  it("finds nothing wrong with days as they were sealed", async () => {
    const { status, stdout } = await verify(...days);
    expect(stdout.toString()).toContain("Nothing is missing or changed.");
    expect(stdout.toString().match(/^ok /gm)).toHaveLength(3);
    expect(status).toBe(0);
  });

  it.each<[string, (text: string) => string]>([
    ["changed", (text) => text.replace("2026-11-21-b", "2026-11-21-c")],
    ["removed", (text) => `${text.split("\n")[0]}\n`],
    ["added", (text) => `${text}${text.split("\n")[1]}\n`],
  ])("shows an entry that was %s", async (_, change) => {
    edit(days[1] ?? "", change);
    const { status, stdout } = await verify(...days);
    expect(status).toBe(1);
    expect(stdout.toString()).toMatch(/WRONG .*2026-11-21\.ndjson: /);
  });

  it("shows a missing day", async () => {
    const { status, stdout } = await verify(days[0] ?? "", days[2] ?? "");
    expect(status).toBe(1);
    expect(stdout.toString()).toContain("2026-11-22 does not follow on 2026-11-20");
  });

  it("shows a day that was written anew with its head, by the head in a log", async () => {
    const log = join(place, "log.txt");
    writeFileSync(log, heads.map((head) => JSON.stringify({ event: "audit-head", head })).join("\n"));
    expect((await verify("--heads", log, ...days)).status).toBe(0);
    const signer = createHeadSigner(readFileSync(join(place, "private.jwk"), "utf8"));
    const { previous, first } = JSON.parse(atob(heads[2]?.split(".")[1] ?? ""));
    const text = readFileSync(days[2] ?? "", "utf8").split("\n")[0] ?? "";
    const event = JSON.parse(text);
    delete event.extension;
    const entry = chained({ sequence: first - 1, hash: previous }, { ...event, id: "other" });
    writeFileSync(days[2] ?? "", `${entry.line}\n`);
    const head = {
      tenant: "default",
      day: "2026-11-22",
      first,
      entries: 1,
      previous,
      head: entry.hash,
      sealed: "",
    };
    writeFileSync(join(place, "2026-11-22.head.jws"), await signer.sign(head));
    expect((await verify(...days)).status).toBe(0);
    const { status, stdout } = await verify("--heads", log, ...days);
    expect(status).toBe(1);
    expect(stdout.toString()).toContain("is not the one that was published");
  });

  it("trusts no head of another key, and needs one", async () => {
    const other = await run(["audit", "key", "--out", join(place, "other.jwk")]);
    writeFileSync(key, other.stdout);
    expect((await verify(days[0] ?? "")).stdout.toString()).toMatch(
      /there is no signed head|not signed by the key/,
    );
    expect((await run(["audit", "verify", days[0] ?? ""])).status).toBe(2);
    expect((await verify()).status).toBe(2);
    expect((await verify(join(place, "missing.ndjson"))).status).not.toBe(0);
  });
});
