import { formatNumber } from "@aarohan/kit";
import { ScrollRegion } from "../pieces/scroll-region.tsx";
import type { Draft } from "./create-settings.ts";
import { settingsWords } from "./words.ts";

export interface RowField<Row> {
  readonly name: keyof Row & string;
  readonly label: string;
  readonly kind: "text" | "digits";
  /** What may be chosen; without it anything may be typed. */
  readonly options?: readonly string[];
}

export interface RowTableProps<Row> {
  readonly caption: string;
  readonly empty: string;
  readonly addText: string;
  readonly blank: Row;
  readonly fields: readonly RowField<Row>[];
  readonly draft: Draft<Row>;
  /** The field of a row that cannot be so. */
  readonly wrongOf: (row: Row) => keyof Row | undefined;
}

/** Rows that can be edited in their place. */
export function RowTable<Row extends { readonly [Name in keyof Row]: string }>(props: RowTableProps<Row>) {
  const { caption, empty, addText, blank, fields, draft } = props;
  const words = settingsWords();
  const rows = draft.rows.value;
  return (
    <>
      {rows.length === 0 ? (
        <p class="empty-state">{empty}</p>
      ) : (
        <ScrollRegion label={caption}>
          <table>
            <caption class="visually-hidden">{caption}</caption>
            <thead>
              <tr>
                {fields.map(({ name, label }) => (
                  <th key={name} scope="col">
                    {label}
                  </th>
                ))}
                <th scope="col">
                  <span class="visually-hidden">{words.remove}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <EditedRow key={index} {...props} row={row} index={index} />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
      <button type="button" class="button" onClick={() => draft.add(blank)}>
        {addText}
      </button>
    </>
  );
}

function EditedRow<Row extends { readonly [Name in keyof Row]: string }>(
  props: RowTableProps<Row> & { readonly row: Row; readonly index: number },
) {
  const { fields, draft, wrongOf, row, index } = props;
  const words = settingsWords();
  const wrong = wrongOf(row);
  const place = words.row(formatNumber(index + 1));
  return (
    <tr>
      {fields.map((field) => (
        <td key={field.name}>
          <Cell
            field={field}
            label={`${field.label}, ${place}`}
            value={row[field.name]}
            isWrong={wrong === field.name}
            onChange={(value) => draft.change(index, field.name, value)}
          />
        </td>
      ))}
      <td>
        <button
          type="button"
          class="button"
          aria-label={`${words.remove}: ${place}`}
          onClick={() => draft.remove(index)}
        >
          {words.remove}
        </button>
      </td>
    </tr>
  );
}

interface CellProps<Row> {
  readonly field: RowField<Row>;
  readonly label: string;
  readonly value: string;
  readonly isWrong: boolean;
  readonly onChange: (value: string) => void;
}

function Cell<Row>({ field, label, value, isWrong, onChange }: CellProps<Row>) {
  if (field.options !== undefined && field.options.length > 0) {
    return (
      <select
        aria-label={label}
        aria-invalid={isWrong}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      >
        {[...new Set([...field.options, value])].map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    );
  }
  return (
    <input
      aria-label={label}
      aria-invalid={isWrong}
      inputMode={field.kind === "digits" ? "numeric" : "text"}
      value={value}
      onInput={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
