import { locale } from "@aarohan/kit";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { gateway } from "../gateway/gateway.ts";
import { offlineError } from "../gateway/gateway-error.ts";
import { Trouble } from "../pieces/trouble.tsx";
import { theme } from "../shell/preferences.ts";
import { attributesOf, type EmbedChoice } from "./embed-choice.ts";
import { loadWidgetScript } from "./widget-script.ts";

/** The element itself, with tokens for this page, which the session gets: it is shown before it is published. */
export function WidgetPreview({ choice }: { readonly choice: EmbedChoice }) {
  const frame = useRef<HTMLDivElement>(null);
  const [language, look] = [locale.value, theme.value];
  const { widget, measure, region, period } = choice;
  const isMissing = useSignal(false);
  const load = () =>
    void loadWidgetScript().then(
      () => {
        isMissing.value = false;
      },
      () => {
        isMissing.value = true;
      },
    );
  useEffect(load, []);
  useEffect(() => {
    const element = document.createElement(`aarohan-${widget}`);
    element.setAttribute("private", "");
    element.setAttribute("lang", language);
    if (look !== "system") element.setAttribute("theme", look);
    for (const [name, value] of Object.entries(attributesOf(choice))) element.setAttribute(name, value);
    frame.current?.replaceChildren(Object.assign(element, { getToken: () => previewToken(choice) }));
  }, [widget, measure, region, period, language, look]);
  return (
    <>
      {isMissing.value && <Trouble error={offlineError()} onRetry={load} />}
      <div ref={frame} />
    </>
  );
}

function previewToken({ widget, measure, region }: EmbedChoice): Promise<unknown> {
  return gateway.json("/embed/tokens", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      widget,
      measure,
      ...(region === "" ? {} : { region }),
      origin: location.origin,
    }),
  });
}
