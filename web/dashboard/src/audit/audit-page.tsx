import { formatNumber } from "@aarohan/kit";
import { useEffect, useMemo } from "preact/hooks";
import { address } from "../address/address.ts";
import { gateway } from "../gateway/gateway.ts";
import { Answer } from "../pieces/answer.tsx";
import { saveText } from "../pieces/save-text.ts";
import { session } from "../session/session.ts";
import { SnippetPanel } from "../snippets/snippet-panel.tsx";
import { csvSnippets } from "../snippets/snippets.ts";
import { DataTable } from "../table/data-table.tsx";
import { columnText, readableTrail } from "./audit-columns.ts";
import { AuditFilterForm } from "./audit-filter-form.tsx";
import { auditSearch, filtersOfQuery } from "./audit-filters.ts";
import { ChainCheck } from "./chain-check.tsx";
import { type AuditTrailView, createAuditTrail } from "./create-audit-trail.ts";
import { auditWords } from "./words.ts";

/** The tenant's audit trail, for administrators. */
export function AuditPage() {
  const words = auditWords();
  const trail = useMemo(() => createAuditTrail(gateway), []);
  const filters = filtersOfQuery(address.query.value);
  const search = auditSearch(filters);
  const load = () => trail.search(filters);
  useEffect(() => void load(), [search]);
  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">{words.intro}</p>
      <AuditFilterForm key={search} filters={filters} />
      <Answer to={trail.pages} onRetry={load}>
        {({ next }) => <Events trail={trail} hasMore={next !== undefined} />}
      </Answer>
      <SnippetPanel
        snippets={csvSnippets({ url: `${location.origin}${search}`, role: session.named.value })}
      />
      <ChainCheck />
    </>
  );
}

function Events({ trail, hasMore }: { readonly trail: AuditTrailView; readonly hasMore: boolean }) {
  const words = auditWords();
  const table = trail.table.value;
  return (
    <>
      {table.rows.length === 0 ? (
        <p class="empty-state">{words.none}</p>
      ) : (
        <>
          <div class="cluster actions">
            <span role="status">{words.shown(formatNumber(table.rows.length))}</span>
            <button
              type="button"
              class="button"
              onClick={() => saveText("AuditEvent.csv", "text/csv", trail.csv.value)}
            >
              {words.csv}
            </button>
          </div>
          <DataTable caption={words.caption} table={readableTrail(table)} name={columnText} />
        </>
      )}
      {hasMore && (
        <button type="button" class="button" onClick={trail.more}>
          {words.more}
        </button>
      )}
    </>
  );
}
