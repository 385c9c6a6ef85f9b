import { ScrollRegion } from "../pieces/scroll-region.tsx";
import type { CsvTable } from "./csv.ts";

export interface DataTableProps {
  readonly caption: string;
  readonly table: CsvTable;
  /** A column in words. Default: its own name. */
  readonly name?: (column: string) => string;
}

/** Rows as they came, column by column; the words in them are the data's own. */
export function DataTable({ caption, table, name }: DataTableProps) {
  return (
    <ScrollRegion label={caption}>
      <table class="data-table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            {table.columns.map((column) => (
              <th key={column} scope="col" {...(name === undefined ? {} : { title: column })}>
                {name?.(column) ?? column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={table.columns[column]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
