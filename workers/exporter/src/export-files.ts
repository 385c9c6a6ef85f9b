/** The files of one job in R2: `<job>/<name>.gz`, whatever their format. */
export interface ExportFiles {
  put(name: string, bytes: Uint8Array): Promise<void>;
  remove(names: readonly string[]): Promise<void>;
  /** Removes all files of the job but those that are kept. Interrupted, it is repeated. */
  removeAllBut(isKept: (name: string) => boolean): Promise<void>;
}

const SUFFIX = ".gz";
/** R2 deletes so many at once. */
const AT_ONCE = 1000;

/** Key of a job's file. */
export function keyOf(jobId: string, name: string): string {
  return `${jobId}/${name}${SUFFIX}`;
}

export function createExportFiles(bucket: R2Bucket, jobId: string): ExportFiles {
  const prefix = `${jobId}/`;
  return {
    async put(name, bytes) {
      await bucket.put(keyOf(jobId, name), bytes);
    },
    async remove(names) {
      for (let at = 0; at < names.length; at += AT_ONCE) {
        await bucket.delete(names.slice(at, at + AT_ONCE).map((name) => keyOf(jobId, name)));
      }
    },
    async removeAllBut(isKept) {
      let cursor: string | undefined;
      do {
        const page = await bucket.list({ prefix, ...(cursor === undefined ? {} : { cursor }) });
        const keys = page.objects
          .map(({ key }) => key)
          .filter((key) => !isKept(key.slice(prefix.length, -SUFFIX.length)));
        if (keys.length > 0) await bucket.delete(keys);
        cursor = page.truncated ? page.cursor : undefined;
      } while (cursor !== undefined);
    },
  };
}
