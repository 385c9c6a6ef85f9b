import { type AnyResource, type ElementSubset, subsetOf } from "@aarohan/fhir";
import { type GzipContent, type GzipPorts, GzipWriter } from "@aarohan/files";
import { encodeCsv, encodeNdjson, ParquetEncoder, type Table } from "@aarohan/formats";

export interface PartOptions {
  readonly format: "ndjson" | "csv" | "parquet";
  /** Of CSV and Parquet. */
  readonly table: Table | undefined;
  /** Elements that stay; `undefined`: all. */
  readonly elements: ElementSubset | undefined;
  readonly gzip: GzipPorts;
}

/** Gathers what leaves into one file. */
export class PartBuilder {
  readonly #options: PartOptions;
  readonly #writer: GzipWriter;
  readonly #parquet: ParquetEncoder | undefined;
  #lines = 0;

  constructor(options: PartOptions) {
    this.#options = options;
    this.#writer = new GzipWriter(options.gzip);
    this.#parquet = options.format === "parquet" ? new ParquetEncoder(this.#table) : undefined;
  }

  /** Compressed bytes so far. */
  get size(): number {
    return this.#writer.compressedSize;
  }

  add(resources: readonly AnyResource[]): void {
    if (resources.length === 0) return;
    const { format, elements } = this.#options;
    const rows =
      elements === undefined ? resources : resources.map((resource) => subsetOf(resource, elements));
    if (this.#parquet !== undefined) this.#write(this.#parquet.add(rows));
    else if (format === "ndjson") this.#write(encodeNdjson(rows));
    else this.#write(encodeCsv(this.#table, rows, { header: this.#lines === 0 }));
    this.#lines += rows.length;
  }

  /** `undefined` where there is nothing in it. */
  finish(): (GzipContent & { readonly lines: number }) | undefined {
    if (this.#lines === 0) return undefined;
    if (this.#parquet !== undefined) this.#write(this.#parquet.finish());
    return { ...this.#writer.finish(), lines: this.#lines };
  }

  get #table(): Table {
    const { table } = this.#options;
    if (table === undefined) throw new Error("csv and parquet need a table");
    return table;
  }

  #write(chunks: Iterable<Uint8Array>): void {
    for (const chunk of chunks) this.#writer.write(chunk);
  }
}
