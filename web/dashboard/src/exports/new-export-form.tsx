import { useId } from "preact/hooks";
import { address } from "../address/address.ts";
import type { RowType } from "../gateway/create-row-types.ts";
import { type ExportFormat, type ExportRequest, misplacedFilters } from "./export-request.ts";
import { newExportWords } from "./new-export-words.ts";

export interface NewExportFormProps {
  readonly request: ExportRequest;
  readonly types: readonly RowType[];
}

/** All of it stands in the address: a choice is a step, so that Back takes it back. */
export function NewExportForm({ request, types }: NewExportFormProps) {
  return (
    <div class="form">
      <Types request={request} types={types} />
      <Format request={request} />
      <Since request={request} />
      <Level request={request} />
      <Filters request={request} types={types} />
    </div>
  );
}

function Types({ request, types }: NewExportFormProps) {
  const words = newExportWords();
  const all = types.map(({ type }) => type);
  function toggle(type: string, isOn: boolean): void {
    address.filter({ type: all.filter((each) => (each === type ? isOn : request.types.includes(each))) });
  }
  return (
    <fieldset>
      <legend>{words.types}</legend>
      <div class="cluster actions">
        <button type="button" class="button" onClick={() => address.filter({ type: all })}>
          {words.allTypes}
        </button>
        <button type="button" class="button" onClick={() => address.filter({ type: [] })}>
          {words.noTypes}
        </button>
      </div>
      <div class="choices choices-scroll">
        {all.map((type) => (
          <label key={type} class="choice">
            <input
              type="checkbox"
              checked={request.types.includes(type)}
              onChange={({ currentTarget }) => toggle(type, currentTarget.checked)}
            />
            {type}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

const FORMATS: readonly ExportFormat[] = ["ndjson", "csv", "parquet"];

function Format({ request }: { readonly request: ExportRequest }) {
  const words = newExportWords();
  return (
    <fieldset>
      <legend>{words.format}</legend>
      <div class="choices">
        {FORMATS.map((format) => (
          <label key={format} class="choice">
            <input
              type="radio"
              name="format"
              checked={request.format === format}
              onChange={() => address.filter({ format })}
            />
            {words[format]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Since({ request }: { readonly request: ExportRequest }) {
  const words = newExportWords();
  const hint = useId();
  return (
    <label class="field">
      {words.since}
      <input
        type="date"
        value={request.since}
        aria-describedby={hint}
        onChange={({ currentTarget }) => address.filter({ since: currentTarget.value })}
      />
      <small id={hint}>{words.sinceHint}</small>
    </label>
  );
}

function Level({ request }: { readonly request: ExportRequest }) {
  const words = newExportWords();
  const isGroup = request.of.startsWith("Group/");
  return (
    <>
      <label class="field">
        {words.level}
        <select
          value={isGroup ? "Group/" : request.of}
          onChange={({ currentTarget }) => address.filter({ of: currentTarget.value })}
        >
          <option value="">{words.levelSystem}</option>
          <option value="Patient">{words.levelPatient}</option>
          <option value="Group/">{words.levelGroup}</option>
        </select>
      </label>
      {isGroup && (
        <label class="field">
          {words.groupId}
          <input
            value={request.of.slice("Group/".length)}
            pattern="[A-Za-z0-9.\-]{1,64}"
            onChange={({ currentTarget }) => address.filter({ of: `Group/${currentTarget.value}` }, "typing")}
          />
        </label>
      )}
    </>
  );
}

function Filters({ request, types }: NewExportFormProps) {
  const words = newExportWords();
  const hint = useId();
  const wrong = misplacedFilters(request);
  function change(text: string): void {
    const lines = text.split("\n").map((line) => line.trim());
    address.filter({ filter: lines.filter((line) => line !== "") });
  }
  return (
    <div class="field">
      <label>
        {words.filters}
        <textarea
          rows={3}
          spellcheck={false}
          value={request.filters.join("\n")}
          aria-describedby={hint}
          aria-invalid={wrong.length > 0}
          onChange={({ currentTarget }) => change(currentTarget.value)}
        />
      </label>
      <small id={hint}>
        {wrong.length > 0 ? wrong.map((filter) => words.badFilter(filter)).join(" ") : words.filtersHint}
      </small>
      {types
        .filter(({ type }) => request.types.includes(type) && request.types.length <= 8)
        .map(({ type, parameters }) => (
          <details key={type}>
            <summary>{words.searchable(type)}</summary>
            <p class="hint">{parameters.join(", ")}</p>
          </details>
        ))}
    </div>
  );
}
