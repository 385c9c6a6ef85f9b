import { kitWords, measureWords } from "@aarohan/kit";
import { useEffect, useMemo } from "preact/hooks";
import { address } from "../address/address.ts";
import { createAsked } from "../gateway/asked.ts";
import { gateway } from "../gateway/gateway.ts";
import { Answer } from "../pieces/answer.tsx";
import { type MeasureDefinition, readDefinition } from "./measure-definition.ts";
import { indicatorWords } from "./words.ts";

/** What an indicator means, in the words of its Measure. */
export function DefinitionPage() {
  const measure = address.path.value.split("/").at(-1) ?? "";
  const asked = useMemo(() => createAsked<MeasureDefinition>(), []);
  const path = `/fhir/Measure/${measure}`;
  const load = () => asked.ask(async (signal) => readDefinition(await gateway.json(path, { signal })));
  useEffect(() => {
    asked.forget();
    void load();
  }, [path]);
  const names: Readonly<Record<string, string>> = measureWords().measures;
  return (
    <>
      <h1>{`${kitWords().definition}: ${names[measure] ?? measure}`}</h1>
      <Answer to={asked.now} onRetry={load}>
        {(definition) => <Definition {...definition} />}
      </Answer>
      <p>
        <a href={path}>{indicatorWords().measureAsJson}</a>
      </p>
    </>
  );
}

/** The words are the Measure's own, in English. */
function Definition({ title, version, description, populations, splits, notes }: MeasureDefinition) {
  const words = indicatorWords();
  const names: Readonly<Record<string, string>> = words.populations;
  return (
    <section class="card">
      <p lang="en">{description}</p>
      <dl class="facts definition-facts">
        <div>
          <dt>{words.measureName}</dt>
          <dd lang="en">{`${title} ${version}`}</dd>
        </div>
        {populations.map(({ code, text }) => (
          <div key={code}>
            <dt>{names[code] ?? code}</dt>
            <dd lang="en">{text}</dd>
          </div>
        ))}
        <div>
          <dt>{words.splitBy}</dt>
          <dd lang="en">{splits.join("; ")}</dd>
        </div>
      </dl>
      {notes.map((note) => (
        <p key={note} class="hint" lang="en">
          {note}
        </p>
      ))}
    </section>
  );
}
