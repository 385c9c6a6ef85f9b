import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { createAsked } from "../gateway/asked.ts";
import { gateway } from "../gateway/gateway.ts";
import { Answer } from "../pieces/answer.tsx";
import { type CsvTable, readCsv } from "../table/csv.ts";
import { DataTable } from "../table/data-table.tsx";
import { type ExportRequest, searchesOf } from "./export-request.ts";
import { newExportWords } from "./new-export-words.ts";

const PREVIEW_ROWS = 20;

/** Rows as they would leave, of one type at a time, when somebody asks for them. */
export function Preview({ request }: { readonly request: ExportRequest }) {
  const words = newExportWords();
  const chosen = useSignal("");
  const shown = useSignal<string | undefined>(undefined);
  const rows = useMemo(() => createAsked<CsvTable>(), []);
  const type = request.types.includes(chosen.value) ? chosen.value : (request.types[0] ?? "");

  async function show(): Promise<void> {
    if (shown.value !== type) rows.forget();
    shown.value = type;
    const [search] = searchesOf(request, type);
    await rows.ask(async (signal) =>
      readCsv(await gateway.text(`${search}&_format=csv&_count=${PREVIEW_ROWS}`, { signal })),
    );
  }

  return (
    <section>
      <h3>{words.preview}</h3>
      <div class="cluster actions">
        <label>
          {words.previewType}{" "}
          <select
            value={type}
            onChange={({ currentTarget }) => {
              chosen.value = currentTarget.value;
            }}
          >
            {request.types.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <button type="button" class="button" onClick={show}>
          {words.showPreview}
        </button>
      </div>
      {shown.value !== undefined && (
        <Answer to={rows.now} onRetry={show}>
          {(table) =>
            table.rows.length === 0 ? (
              <p class="empty-state">{words.noRows}</p>
            ) : (
              <DataTable caption={words.previewOf(shown.value ?? "")} table={table} />
            )
          }
        </Answer>
      )}
    </section>
  );
}
