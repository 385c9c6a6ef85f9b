import type { ElementReport, RunReport } from "@aarohan/deid";
import type { Json } from "@aarohan/fhir";
import { formatNumber } from "@aarohan/kit";
import { useSignal } from "@preact/signals";
import { ScrollRegion } from "../pieces/scroll-region.tsx";
import type { Playground } from "./create-playground.ts";
import type { Difference, NamedRule } from "./difference.ts";
import type { TriedResource } from "./trial.ts";
import { playgroundWords } from "./words.ts";

/** So many resources are shown field by field. */
const MOST_SHOWN = 10;

/** What the policy makes of the resources. */
export function TrialView({ playground }: { readonly playground: Playground }) {
  const words = playgroundWords();
  const showsKept = useSignal(true);
  const trial = playground.trial.value;
  if (trial === undefined) return null;
  const { resources, report } = trial;
  return (
    <section aria-labelledby="result">
      <h2 id="result">{words.result}</h2>
      <label class="choice">
        <input
          type="checkbox"
          checked={showsKept.value}
          onChange={({ currentTarget }) => {
            showsKept.value = currentTarget.checked;
          }}
        />
        {words.showKept}
      </label>
      {resources.length > MOST_SHOWN && (
        <p class="hint">{words.tooMany(formatNumber(MOST_SHOWN), formatNumber(resources.length))}</p>
      )}
      {resources.slice(0, MOST_SHOWN).map((tried, index) => (
        <Tried key={index} tried={tried} showsKept={showsKept.value} />
      ))}
      <Report report={report} />
    </section>
  );
}

function Tried({ tried, showsKept }: { readonly tried: TriedResource; readonly showsKept: boolean }) {
  const words = playgroundWords();
  const { source, output, withheld, differences } = tried;
  if (output === undefined) {
    return (
      <p class="notice notice-waiting">
        <strong>{source.resourceType}</strong>: {words.withheld(withheld ?? "")}
      </p>
    );
  }
  const shown = differences.filter(({ effect }) => showsKept || effect !== "kept");
  return (
    <>
      <Differences caption={words.difference(source.resourceType)} differences={shown} />
      <details>
        <summary>{words.output}</summary>
        <ScrollRegion label={words.output}>
          <pre>{JSON.stringify(output, null, 2)}</pre>
        </ScrollRegion>
      </details>
    </>
  );
}

interface DifferencesProps {
  readonly caption: string;
  readonly differences: readonly Difference[];
}

function Differences({ caption, differences }: DifferencesProps) {
  const words = playgroundWords();
  return (
    <ScrollRegion label={caption}>
      <table class="difference">
        <caption>{caption}</caption>
        <thead>
          <tr>
            {[words.field, words.what, words.before, words.after, words.rule].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {differences.map(({ path, effect, before, after, rule }) => (
            <tr key={`${path} ${effect}`} data-effect={effect}>
              <th scope="row">
                <code>{path}</code>
              </th>
              <td class="effect">{words[effect]}</td>
              <td>
                <Value value={before} />
              </td>
              <td>
                <Value value={after} />
              </td>
              <td>
                <RuleName rule={rule} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

/** So much of a value is shown: a photograph in base64 is long. */
const MOST_CHARACTERS = 240;

function Value({ value }: { readonly value: Json | undefined }) {
  if (value === undefined) return null;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return (
    <code class="breaking">
      {text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)} …` : text}
    </code>
  );
}

function RuleName({ rule }: { readonly rule: NamedRule }) {
  const { method, by, at, source } = rule;
  return (
    <>
      <RuleText method={method} by={by} at={at} />
      {source !== "" && (
        <small class="source" lang="en">
          {source}
        </small>
      )}
    </>
  );
}

function RuleText({ method, by, at }: Pick<NamedRule, "method" | "by" | "at">) {
  const words = playgroundWords();
  if (method === "unnamed") return <>{words.unnamed}</>;
  if (method === "securityLabels") return <>{words.labels}</>;
  if (method === "required") return <>{words.required}</>;
  return (
    <>
      <code>{method}</code> {placeWords(by, at)}
    </>
  );
}

function placeWords(by: NamedRule["by"], at: string): string {
  const words = playgroundWords();
  if (by === "answer") return words.answerFor(at);
  return by === "type" ? words.byType(at) : at;
}

function Report({ report }: { readonly report: RunReport }) {
  const words = playgroundWords();
  const caption = words.reportCaption(formatNumber(report.released));
  return (
    <details>
      <summary>{words.report}</summary>
      <ScrollRegion label={caption}>
        <table>
          <caption>{caption}</caption>
          <thead>
            <tr>
              <th scope="col">{words.element}</th>
              <th scope="col">{words.rule}</th>
              {[words.kept, words.transformed, words.dropped, words.unknown].map((head) => (
                <th key={head} scope="col" class="number">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {report.elements.map((element) => (
              <ReportRow key={`${element.path} ${element.rule}`} element={element} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </details>
  );
}

function ReportRow({ element }: { readonly element: ElementReport }) {
  const { path, rule, kept, transformed, dropped, unknown } = element;
  const words = playgroundWords();
  return (
    <tr>
      <th scope="row">
        <code>{path}</code>
      </th>
      <td>{rule === "unnamed" ? words.unnamed : <code>{rule}</code>}</td>
      {(
        [
          ["kept", kept],
          ["transformed", transformed],
          ["dropped", dropped],
          ["unknown", unknown],
        ] as const
      ).map(([name, count]) => (
        <td key={name} class="number">
          {formatNumber(count)}
        </td>
      ))}
    </tr>
  );
}
