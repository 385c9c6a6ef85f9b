import { formatNumber } from "@aarohan/kit";
import { useEffect, useMemo } from "preact/hooks";
import { address } from "../address/address.ts";
import { createAsked } from "../gateway/asked.ts";
import { gateway } from "../gateway/gateway.ts";
import { rowTypes } from "../gateway/row-types.ts";
import { Answer } from "../pieces/answer.tsx";
import { ScrollRegion } from "../pieces/scroll-region.tsx";
import { session } from "../session/session.ts";
import { SnippetPanel } from "../snippets/snippet-panel.tsx";
import { csvSnippets } from "../snippets/snippets.ts";
import { columnsWith, type DictionaryColumn, readDictionary } from "./dictionary.ts";
import { dictionaryWords } from "./words.ts";

/** What each column of each table means. */
export function DictionaryPage() {
  const words = dictionaryWords();
  const type = address.query.value.get("type") ?? "Patient";
  useEffect(() => void rowTypes.load(), []);
  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">{words.intro}</p>
      <Answer to={rowTypes.now} onRetry={rowTypes.load}>
        {(types) => <Filters type={type} types={types.map((each) => each.type)} />}
      </Answer>
      <Columns type={type} />
      <SnippetPanel
        snippets={csvSnippets({
          url: `${location.origin}/fhir/${type}?_format=csv&_count=1000`,
          role: session.named.value,
        })}
      />
    </>
  );
}

function Filters({ type, types }: { readonly type: string; readonly types: readonly string[] }) {
  const words = dictionaryWords();
  return (
    <div class="filters">
      <label class="field">
        {words.type}
        <select value={type} onChange={({ currentTarget }) => address.filter({ type: currentTarget.value })}>
          {types.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
      <label class="field">
        {words.find}
        <input
          type="search"
          value={address.query.value.get("find") ?? ""}
          onInput={({ currentTarget }) => address.filter({ find: currentTarget.value }, "typing")}
        />
      </label>
    </div>
  );
}

function Columns({ type }: { readonly type: string }) {
  const words = dictionaryWords();
  const columns = useMemo(() => createAsked<readonly DictionaryColumn[]>(), []);
  const path = `/fhir/${type}/$data-dictionary`;
  const load = () => columns.ask(async (signal) => readDictionary(await gateway.json(path, { signal })));
  useEffect(() => {
    columns.forget();
    void load();
  }, [type]);
  return (
    <Answer to={columns.now} onRetry={load}>
      {(all) => {
        const shown = columnsWith(all, address.query.value.get("find") ?? "");
        return (
          <>
            <p role="status">{words.count(formatNumber(shown.length), formatNumber(all.length))}</p>
            {shown.length === 0 ? (
              <p class="empty-state">{words.none}</p>
            ) : (
              <ColumnTable type={type} columns={shown} />
            )}
            <p class="hint">
              <a href={path}>{words.machine}</a> {words.english}
            </p>
          </>
        );
      }}
    </Answer>
  );
}

interface ColumnTableProps {
  readonly type: string;
  readonly columns: readonly DictionaryColumn[];
}

function ColumnTable({ type, columns }: ColumnTableProps) {
  const words = dictionaryWords();
  return (
    <ScrollRegion label={words.caption(type)}>
      <table>
        <caption>{words.caption(type)}</caption>
        <thead>
          <tr>
            {[words.column, words.description, words.datatype, words.source, words.codeSystem].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {columns.map(({ name, description, datatype, source, codeSystem }) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td lang="en">{description}</td>
              <td>{datatype}</td>
              <td>
                <code>{source}</code>
              </td>
              <td class="breaking">{codeSystem}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
