import { type MeasureId, measureWords } from "@aarohan/kit";
import { address } from "../address/address.ts";
import { indicatorWords } from "./words.ts";

interface MeasureChoiceProps {
  readonly among: readonly MeasureId[];
  readonly chosen: MeasureId;
}

/** Which of several indicators the figures below are of. */
export function MeasureChoice({ among, chosen }: MeasureChoiceProps) {
  const words = indicatorWords();
  return (
    <fieldset class="choices measure-choice no-print">
      <legend>{words.indicator}</legend>
      {among.map((one) => (
        <label key={one} class="choice">
          <input
            type="radio"
            name="indicator"
            checked={one === chosen}
            onChange={() => address.filter({ indicator: one })}
          />
          {measureWords().measures[one]}
        </label>
      ))}
    </fieldset>
  );
}
