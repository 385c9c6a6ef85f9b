import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csvSnippets, exportSnippets, jsonSnippets, kickOffSnippets } from "../src/snippets/snippets.ts";

describe("snippets", () => {
  const asked: (readonly [url: string | undefined, token: string | undefined, role: unknown])[] = [];
  const server = createServer((request, response) => {
    asked.push([request.url, request.headers.authorization, request.headers["aarohan-role"]]);
    response.end("id,n\r\na,1\r\n");
  });
  let origin = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  it.each([undefined, "system-administrator"])(
    "of curl run as printed, with whatever stands in a search, in the role that was chosen: %s",
    async (role) => {
      const url = `${origin}/fhir/Patient?gender=it's$HOME&_format=csv`;
      const { curl } = csvSnippets({ url, role });
      const env = { ...process.env, ACCESS_TOKEN: "secret-of-the-environment" };
      const output = await new Promise<string>((resolve) => {
        let text = "";
        const child = spawn("bash", ["-c", curl], { env });
        child.stdout.on("data", (chunk) => {
          text += String(chunk);
        });
        child.on("close", () => resolve(text));
      });
      expect(output).toBe("id,n\r\na,1\r\n");
      expect(asked.at(-1)?.[0]?.replaceAll("%27", "'")).toBe("/fhir/Patient?gender=it's$HOME&_format=csv");
      expect(asked.at(-1)?.slice(1)).toEqual(["Bearer secret-of-the-environment", role]);
    },
  );

  it("of Python are Python", () => {
    const job = { id: "job-1", format: "parquet", types: ["Patient"] } as const;
    const url = `${origin}/fhir/Patient?_format=csv&x=it's"$x\\`;
    const inRole = { url, role: "data-analyst" };
    const all = [csvSnippets(inRole), kickOffSnippets({ url, role: undefined }), kickOffSnippets(inRole)];
    for (const { pandas } of [...all, exportSnippets({ origin, role: undefined }, job)]) {
      const { status, stderr } = spawnSync(
        "python3",
        ["-c", "import ast, sys; ast.parse(sys.stdin.read())"],
        {
          input: pandas,
          encoding: "utf8",
        },
      );
      expect(stderr).toBe("");
      expect(status).toBe(0);
    }
  });

  it("of the shell are good shell", () => {
    const job = { id: "job-1", format: "csv", types: ["Patient"] } as const;
    const url = `${origin}/fhir/$export?x=it's`;
    const role = "data-analyst";
    const all = [csvSnippets({ url, role }), exportSnippets({ origin, role }, job)].flatMap(
      ({ curl, duckdb }) => [curl, duckdb],
    );
    for (const line of [...all, kickOffSnippets({ url, role }).curl])
      execFileSync("bash", ["-n", "-c", line]);
  });

  it("name the chosen role wherever they ask, and none where there is no choice", () => {
    const job = { id: "job-1", format: "csv", types: ["Patient"] } as const;
    const url = `${origin}/fhir/MeasureReport?_format=csv`;
    const asking = (role: string | undefined) => [
      ...Object.values(csvSnippets({ url, role })),
      ...Object.values(jsonSnippets({ url, role })),
      ...Object.values(kickOffSnippets({ url, role })),
      exportSnippets({ origin, role }, job).curl,
    ];
    for (const line of asking("data-analyst")) expect(line).toMatch(/"?Aarohan-Role"?.{2,4}"?data-analyst/);
    for (const line of asking(undefined)) expect(line).not.toContain("Aarohan-Role");
  });

  it("never hold a token", () => {
    const { curl, pandas, r, duckdb } = csvSnippets({
      url: `${origin}/fhir/Patient?_format=csv`,
      role: undefined,
    });
    for (const line of [curl, pandas, r, duckdb]) expect(line).toContain("ACCESS_TOKEN");
  });
});
