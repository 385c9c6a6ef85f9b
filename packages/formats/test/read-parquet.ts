import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

export interface ParquetContents {
  readonly names: readonly string[];
  /** As DuckDB calls them. */
  readonly types: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly rowGroups: number;
  readonly metadata: readonly unknown[];
}

const connection = await (await DuckDBInstance.create(":memory:")).connect();

/** A reader of Parquet that shares nothing with the writer. */
export async function readParquet(chunks: Iterable<Uint8Array>): Promise<ParquetContents> {
  const folder = await mkdtemp(join(tmpdir(), "parquet-"));
  try {
    const file = join(folder, "table.parquet");
    await writeFile(file, Buffer.concat([...chunks]));
    const table = await query(`FROM read_parquet('${file}')`);
    const groups = await query(`SELECT num_row_groups FROM parquet_file_metadata('${file}')`);
    const metadata = await query(`FROM parquet_kv_metadata('${file}')`);
    return {
      names: table.columnNames(),
      types: table.columnTypes().map(String),
      rows: table.getRowsJS(),
      rowGroups: Number(groups.getRowsJS()[0]?.[0]),
      metadata: metadata.getRowsJS(),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function query(sql: string) {
  return connection.runAndReadAll(sql);
}
