const DAY_MILLISECONDS = 86_400_000;

/** Removes files whose job does not exist, two days after they were written: a job that is young may not know them yet. */
export async function removeOrphans(env: Env, now: number): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await env.EXPORT_FILES.list({
      delimiter: "/",
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const prefix of page.delimitedPrefixes) await removeOrphan(env, prefix, now);
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
}

async function removeOrphan(env: Env, prefix: string, now: number): Promise<void> {
  if (await env.EXPORT_JOB.getByName(prefix.slice(0, -1)).exists()) return;
  const { objects } = await env.EXPORT_FILES.list({ prefix });
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < now - 2 * DAY_MILLISECONDS);
  if (old.length > 0) await env.EXPORT_FILES.delete(old.map(({ key }) => key));
}
