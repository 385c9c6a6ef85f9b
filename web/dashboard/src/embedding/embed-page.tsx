import {
  isWidgetMeasure,
  measureWords,
  STATE_TILES,
  stateName,
  WIDGET_MEASURES,
  watchDistrictNames,
} from "@aarohan/kit";
import { useEffect, useMemo } from "preact/hooks";
import { address } from "../address/address.ts";
import { gateway } from "../gateway/gateway.ts";
import { ScrollRegion } from "../pieces/scroll-region.tsx";
import { Trouble } from "../pieces/trouble.tsx";
import { session } from "../session/session.ts";
import { CopyButton } from "../snippets/snippet-panel.tsx";
import { createOriginCheck, type OriginVerdict } from "./create-origin-check.ts";
import { districtChoices } from "./district-choices.ts";
import { type EmbedChoice, readChoice, WIDGET_NAMES } from "./embed-choice.ts";
import { embedSnippets } from "./embed-snippets.ts";
import { WidgetPreview } from "./widget-preview.tsx";
import { embedWords } from "./words.ts";

/** Puts a widget together: shown as it will be, and its lines once the page that is to have it may. */
export function EmbedPage() {
  const words = embedWords();
  const choice = readChoice(address.query.value);
  const origins = useMemo(() => createOriginCheck(gateway), []);
  const check = () => void origins.check(choice);
  useEffect(check, [JSON.stringify(choice)]);
  useEffect(watchDistrictNames, []);
  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">{words.intro}</p>
      <form
        class="filters with-hints card"
        aria-label={words.choice}
        onSubmit={(event) => event.preventDefault()}
      >
        <WidgetFields choice={choice} />
        <PlaceFields choice={choice} />
        <PageFields choice={choice} isWrong={origins.verdict.value.kind === "invalid"} />
      </form>
      <section aria-label={words.preview}>
        <h2>{words.preview}</h2>
        <WidgetPreview choice={choice} />
      </section>
      <section class="card" aria-label={words.lines}>
        <h2>{words.lines}</h2>
        <Verdict verdict={origins.verdict.value} onRetry={check} />
        {origins.verdict.value.kind === "fits" && <Lines choice={choice} />}
      </section>
    </>
  );
}

interface FieldsProps {
  readonly choice: EmbedChoice;
}

function WidgetFields({ choice: { widget, measure } }: FieldsProps) {
  const words = embedWords();
  return (
    <>
      <label class="field">
        <span class="label">{words.widget}</span>
        <select
          value={widget}
          onChange={({ currentTarget }) =>
            address.filter({ widget: currentTarget.value, measure: undefined })
          }
        >
          {WIDGET_NAMES.map((name) => (
            <option key={name} value={name}>
              {words.widgets[name]}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span class="label">{words.measure}</span>
        <select
          value={measure}
          onChange={({ currentTarget }) => address.filter({ measure: currentTarget.value })}
        >
          {WIDGET_MEASURES[widget]
            .filter((one) => isWidgetMeasure(widget, one))
            .map((one) => (
              <option key={one} value={one}>
                {measureWords().measures[one]}
              </option>
            ))}
        </select>
      </label>
    </>
  );
}

function PlaceFields({ choice: { region, period } }: FieldsProps) {
  const words = embedWords();
  const [state = "", district = ""] = region.split("|");
  const districts = districtChoices(state, district);
  const setRegion = (one: string, other: string) =>
    address.filter({ region: other === "" ? one : `${one}|${other}` });
  return (
    <>
      <label class="field">
        <span class="label">{words.state}</span>
        <select value={state} onChange={({ currentTarget }) => setRegion(currentTarget.value, "")}>
          <option value="">{measureWords().everywhere}</option>
          {STATE_TILES.map((tile) => (
            <option key={tile.code} value={tile.name}>
              {stateName(tile)}
            </option>
          ))}
        </select>
      </label>
      {districts.length > 0 && (
        <label class="field">
          <span class="label">{words.district}</span>
          <select value={district} onChange={({ currentTarget }) => setRegion(state, currentTarget.value)}>
            <option value="">{measureWords().everywhere}</option>
            {districts.map(({ value, name }) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="field">
        <label class="label" for="embed-period-field">
          {words.period}
        </label>
        <input
          id="embed-period-field"
          value={period}
          placeholder="2025"
          pattern="\d{4}(-\d{2})?"
          aria-describedby="embed-period"
          onChange={({ currentTarget }) => address.filter({ period: currentTarget.value })}
        />
        <span class="hint" id="embed-period">
          {words.periodHint}
        </span>
      </div>
    </>
  );
}

function PageFields({ choice: { isPrivate, origin }, isWrong }: FieldsProps & { readonly isWrong: boolean }) {
  const words = embedWords();
  return (
    <>
      <label class="field">
        <span class="label">{words.access}</span>
        <select
          value={isPrivate ? "private" : ""}
          onChange={({ currentTarget }) => address.filter({ access: currentTarget.value })}
        >
          <option value="">{words.isPublic}</option>
          <option value="private">{words.isPrivate}</option>
        </select>
      </label>
      <label class="field">
        <span class="label">{words.origin}</span>
        <input
          type="url"
          value={origin}
          placeholder="https://health.example"
          aria-invalid={isWrong}
          onChange={({ currentTarget }) => address.filter({ origin: currentTarget.value })}
        />
      </label>
    </>
  );
}

function Verdict({ verdict, onRetry }: { readonly verdict: OriginVerdict; readonly onRetry: () => void }) {
  const words = embedWords();
  if (verdict.kind === "failed") return <Trouble error={verdict.error} onRetry={onRetry} />;
  const mayPublish = session.role.value === "system-administrator";
  const isGood = verdict.kind === "fits";
  return (
    <div role="status" class={isGood ? "notice notice-good" : "notice notice-waiting"}>
      <p>{words.verdicts[verdict.kind]}</p>
      {verdict.kind === "not-published" && (
        <p>{mayPublish ? <a href="/settings">{words.publish}</a> : words.askAdministrator}</p>
      )}
    </div>
  );
}

function Lines({ choice }: FieldsProps) {
  const words = embedWords();
  const { page, frame, script, server } = embedSnippets(choice, location.origin);
  return (
    <>
      <Snippet title={words.inPage} text={page} />
      {frame !== undefined && <Snippet title={words.inFrame} text={frame} />}
      {script !== undefined && <Snippet title={words.inScript} text={script} />}
      {server !== undefined && <Snippet title={words.onServer} text={server} />}
    </>
  );
}

function Snippet({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <>
      <h3>{title}</h3>
      <ScrollRegion label={title}>
        <pre>{text}</pre>
      </ScrollRegion>
      <p class="actions">
        <CopyButton key={text} text={text} />
      </p>
    </>
  );
}
