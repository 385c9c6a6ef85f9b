import { describe, expect, it } from "vitest";
import { createExportFiles, keyOf } from "../src/export-files.ts";
import { removeOrphans } from "../src/orphans.ts";

const NOW = Date.parse("2026-11-23T00:00:00Z");
const DAY = 86_400_000;

/** As much of R2 as is used, in memory: pages of two keys. */
function bucketOf(ages: Readonly<Record<string, number>>) {
  const objects = new Map(Object.entries(ages).map(([key, days]) => [key, new Date(NOW - days * DAY)]));
  const list = async (options: R2ListOptions = {}) => {
    const { prefix = "", cursor = "", delimiter } = options;
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).toSorted();
    const names = delimiter === undefined ? keys : [...new Set(keys.map((key) => `${key.split("/")[0]}/`))];
    const rest = names.filter((name) => name > cursor);
    const page = rest.slice(0, 2);
    return {
      objects: delimiter === undefined ? page.map((key) => ({ key, uploaded: objects.get(key) })) : [],
      delimitedPrefixes: delimiter === undefined ? [] : page,
      truncated: rest.length > 2,
      cursor: page.at(-1),
    };
  };
  const remove = async (keys: string | readonly string[]) => {
    for (const key of [keys].flat()) objects.delete(key);
  };
  return { objects, bucket: { list, delete: remove, put: async () => undefined } as unknown as R2Bucket };
}

describe("files without a job", () => {
  it("are removed when they are old, and those of jobs that there are stay", async () => {
    const { objects, bucket } = bucketOf({
      "gone/Patient.1.0.ndjson.gz": 3,
      "gone/Patient.1.1.ndjson.gz": 3,
      "young/Patient.1.0.ndjson.gz": 1,
      "alive/Patient.1.0.ndjson.gz": 30,
      "lost/Patient.1.0.ndjson.gz": 9,
    });
    const jobs = { getByName: (name: string) => ({ exists: async () => name === "alive" }) };
    await removeOrphans({ EXPORT_FILES: bucket, EXPORT_JOB: jobs } as unknown as Env, NOW);
    expect([...objects.keys()]).toEqual(["young/Patient.1.0.ndjson.gz", "alive/Patient.1.0.ndjson.gz"]);
  });
});

describe("the files of a job", () => {
  it("are removed but for those that are kept, over all pages, and nobody else's", async () => {
    const names = ["a", "b", "c", "d", "e"];
    const { objects, bucket } = bucketOf({
      ...Object.fromEntries(names.map((name) => [keyOf("job", name), 1])),
      [keyOf("job-2", "a")]: 1,
    });
    const files = createExportFiles(bucket, "job");
    await files.removeAllBut((name) => name === "d");
    expect([...objects.keys()]).toEqual(["job/d.gz", "job-2/a.gz"]);
    await files.remove(["d"]);
    expect([...objects.keys()]).toEqual(["job-2/a.gz"]);
  });
});
