import type { Widget } from "@aarohan/contract";
import { isLanguage, type Language, locale, preferredLanguage, watchPlaceNames } from "@aarohan/kit";
import { effect, signal } from "@preact/signals-core";
import { render } from "preact";
import { createWidget, type WidgetModel, type WidgetTask } from "./create-widget.ts";
import { shadowStyles } from "./shadow-styles.ts";
import type { MountWidget, WidgetElement } from "./widget-element.ts";
import { WidgetFrame } from "./widget-frame.tsx";
import { readQuestion } from "./widget-question.ts";
import type { WidgetView } from "./widget-view.ts";
import { loadWords } from "./word-lists.ts";

/** Draws into the shadow of an element: no style of the page reaches in, and none of ours out. */
export function mountsView(view: WidgetView): MountWidget {
  return function mountWidget(element, root) {
    const model = createWidget(view.cuts);
    const task = signal<WidgetTask | undefined>(undefined);
    const frame = document.createElement("div");
    const endings = [watchPlaceNames(), askOnReturn(model), () => model.close(), () => render(null, frame)];

    function take(): void {
      const next = taskOf(view.widget, element);
      if (task.value !== undefined && isSame(next, task.value)) return;
      task.value = next;
      model.set(next);
    }

    async function draw(): Promise<void> {
      const [styles] = await Promise.all([shadowStyles(), speak(element)]);
      if (!element.isConnected) return;
      root.adoptedStyleSheets = [styles];
      root.replaceChildren(frame);
      endings.push(
        effect(() =>
          render(<WidgetFrame view={view} question={task.value?.question} model={model} />, frame),
        ),
      );
    }

    take();
    void draw();
    return {
      // Of several attributes that change at once, one question is made.
      update: atOnce(() => {
        take();
        void speak(element);
      }),
      unmount() {
        for (const end of endings) end();
      },
    };
  };
}

/** Runs it once for all calls of a moment. */
function atOnce(run: () => void): () => void {
  let isWaiting = false;
  return function runSoon() {
    if (isWaiting) return;
    isWaiting = true;
    queueMicrotask(() => {
      isWaiting = false;
      run();
    });
  };
}

/** The connection is back. Returns what ends it. */
function askOnReturn(model: WidgetModel): () => void {
  const ask = () => void model.again();
  window.addEventListener("online", ask);
  return () => window.removeEventListener("online", ask);
}

/** Everything is drawn in the element's language as soon as its words are there. */
async function speak(element: Element): Promise<void> {
  const language = languageOf(element);
  await loadWords(language);
  if (languageOf(element) === language) locale.value = language;
}

function taskOf(widget: Widget, element: WidgetElement): WidgetTask {
  return {
    question: readQuestion(widget, element.gateway, (name) => element.getAttribute(name)?.trim() ?? ""),
    isPrivate: element.hasAttribute("private"),
    getToken: element.getToken,
  };
}

function isSame(one: WidgetTask, other: WidgetTask): boolean {
  return (
    one.getToken === other.getToken &&
    one.isPrivate === other.isPrivate &&
    JSON.stringify(one.question) === JSON.stringify(other.question)
  );
}

/** Its own, else that of what it stands in, else the browser's. Widgets of one page have one language. */
function languageOf(element: Element): Language {
  const said = element.closest("[lang]")?.getAttribute("lang")?.split("-")[0]?.toLowerCase();
  return isLanguage(said) ? said : preferredLanguage(navigator.languages);
}
