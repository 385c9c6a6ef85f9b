import { formatNumber } from "@aarohan/kit";
import { useEffect, useMemo } from "preact/hooks";
import { createAsked } from "../gateway/asked.ts";
import { gateway } from "../gateway/gateway.ts";
import { Answer } from "../pieces/answer.tsx";
import { Trouble } from "../pieces/trouble.tsx";
import { waitingTime } from "../pieces/waiting-time.ts";
import { session } from "../session/session.ts";
import { SnippetPanel } from "../snippets/snippet-panel.tsx";
import { jsonSnippets } from "../snippets/snippets.ts";
import { createSettings, type SettingsModel } from "./create-settings.ts";
import { readMeasureIds, type ShownSetting, wrongDenominator, wrongWidget } from "./programme-settings.ts";
import { RowTable } from "./row-table.tsx";
import { settingsWords } from "./words.ts";

/** What administrators may change, and what they can only see. */
export function SettingsPage() {
  const words = settingsWords();
  const settings = useMemo(() => createSettings(gateway), []);
  useEffect(() => void settings.load(), [settings]);
  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">{words.intro}</p>
      <Answer to={settings.now} onRetry={settings.load}>
        {({ shown }) => (
          <>
            <Denominators settings={settings} />
            <Widgets settings={settings} />
            <SaveBar settings={settings} />
            <Shown shown={shown} />
          </>
        )}
      </Answer>
      <SnippetPanel
        snippets={jsonSnippets({ url: `${location.origin}/fhir/$settings`, role: session.named.value })}
      />
    </>
  );
}

function Denominators({ settings }: { readonly settings: SettingsModel }) {
  const words = settingsWords();
  return (
    <section class="card">
      <h2>{words.denominators}</h2>
      <p>{words.denominatorsText}</p>
      <RowTable
        caption={words.denominators}
        empty={words.noDenominators}
        addText={words.addDenominator}
        blank={{
          state: "",
          district: "",
          year: String(new Date().getFullYear()),
          eligible: "",
          source: "",
        }}
        fields={[
          { name: "state", label: words.state, kind: "text" },
          { name: "district", label: words.district, kind: "text" },
          { name: "year", label: words.year, kind: "digits" },
          { name: "eligible", label: words.eligible, kind: "digits" },
          { name: "source", label: words.source, kind: "text" },
        ]}
        draft={settings.denominators}
        wrongOf={wrongDenominator}
      />
    </section>
  );
}

/** Names of the custom elements, without their prefix. */
const WIDGETS = ["coverage", "detection", "referrals", "follow-up"];

/** Ids of the gateway's Measures; none until they are known. */
function useMeasures(): readonly string[] {
  const measures = useMemo(() => createAsked<readonly string[]>(), []);
  useEffect(() => {
    void measures.ask(async (signal) => readMeasureIds(await gateway.json("/fhir/Measure", { signal })));
  }, [measures]);
  return measures.now.value.value ?? [];
}

function Widgets({ settings }: { readonly settings: SettingsModel }) {
  const words = settingsWords();
  const measures = useMeasures();
  const [measure = ""] = measures;
  return (
    <section class="card">
      <h2>{words.widgets}</h2>
      <p>{words.widgetsText}</p>
      <RowTable
        caption={words.widgets}
        empty={words.noWidgets}
        addText={words.addWidget}
        blank={{ widget: "coverage", measure, region: "", origins: "" }}
        fields={[
          { name: "widget", label: words.widget, kind: "text", options: WIDGETS },
          { name: "measure", label: words.measure, kind: "text", options: measures },
          { name: "region", label: words.region, kind: "text" },
          { name: "origins", label: words.origins, kind: "text" },
        ]}
        draft={settings.widgets}
        wrongOf={wrongWidget}
      />
    </section>
  );
}

function SaveBar({ settings }: { readonly settings: SettingsModel }) {
  const words = settingsWords();
  const saving = settings.saving.value;
  const canSave = settings.isChanged.value && settings.isValid.value && saving.state !== "saving";
  return (
    <div class="save-bar">
      {saving.state === "failed" && <Trouble error={saving.error} onRetry={settings.save} />}
      <p role="status">
        {settings.isChanged.value
          ? settings.isValid.value
            ? words.unsaved
            : words.invalid
          : saving.state === "saved"
            ? words.saved
            : ""}
      </p>
      <div class="cluster actions">
        <button type="button" class="button button-primary" disabled={!canSave} onClick={settings.save}>
          {saving.state === "saving" ? words.saving : words.save}
        </button>
        <button type="button" class="button" disabled={!settings.isChanged.value} onClick={settings.load}>
          {words.reload}
        </button>
      </div>
    </div>
  );
}

function Shown({ shown }: { readonly shown: readonly ShownSetting[] }) {
  const words = settingsWords();
  return (
    <section class="card">
      <h2>{words.policies}</h2>
      {shown.map(({ name, facts }, index) => (
        <dl key={index} class="facts">
          <div>
            <dt>{name === "policy" ? words.policy : words.limit}</dt>
            <dd>
              {name === "limit"
                ? limitText(new Map(facts))
                : facts.map(([fact, value]) => (
                    <span key={fact} class="fact">
                      {fact} <code>{value}</code>
                    </span>
                  ))}
            </dd>
          </div>
        </dl>
      ))}
    </section>
  );
}

/** How much in what time. */
function limitText(facts: ReadonlyMap<string, string>): string {
  const words = settingsWords();
  const of = facts.get("name") ?? "";
  const names: Readonly<Record<string, string>> = words.limitNames;
  const most = formatNumber(Number(facts.get("most")));
  return `${names[of] ?? of}: ${words.mostIn(most, waitingTime(Number(facts.get("windowSeconds"))))}`;
}
