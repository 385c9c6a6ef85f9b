import type { Widget } from "@aarohan/contract";
import { isLanguage, type Language, loadDistrictNames, OwnLanguage, preferredLanguage } from "@aarohan/kit";
import { effect, signal, untracked } from "@preact/signals-core";
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
    /** A language of which all words are there; a new object for each time that some have come. */
    const spoken = signal<{ readonly language: Language } | undefined>(undefined);
    const frame = document.createElement("div");
    // Of several attributes that change at once, one question is made.
    const update = atOnce(() => {
      take();
      void speak();
    });
    const endings = [
      askOnReturn(model),
      onLanguageOfPage(update),
      () => model.close(),
      () => render(null, frame),
    ];

    function take(): void {
      const next = taskOf(view.widget, element);
      if (task.value !== undefined && isSame(next, task.value)) return;
      task.value = next;
      model.set(next);
    }

    async function speak(): Promise<void> {
      const language = languageOf(element);
      const hasDistricts = (task.value?.question?.region ?? "") !== "";
      await Promise.all([loadWords(language), hasDistricts && loadDistrictNames(language)]);
      if (languageOf(element) === language) spoken.value = { language };
    }

    async function draw(): Promise<void> {
      const [styles] = await Promise.all([shadowStyles(), speak()]);
      if (!element.isConnected) return;
      root.adoptedStyleSheets = [styles];
      root.replaceChildren(frame);
      endings.push(effect(drawNow));
    }

    /** Again when the state, what is asked or the language changes: what is read while it is drawn says nothing by itself. */
    function drawNow(): void {
      const [state, question, language] = [model.now.value, task.value?.question, spoken.value?.language];
      const drawn = (
        <OwnLanguage.Provider value={language}>
          <WidgetFrame view={view} question={question} state={state} onRetry={() => void model.again()} />
        </OwnLanguage.Provider>
      );
      untracked(() => render(drawn, frame));
    }

    take();
    void draw();
    return {
      update,
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

/** The page, or a part of it, has taken another language. Returns what ends it. */
function onLanguageOfPage(update: () => void): () => void {
  const observer = new MutationObserver(update);
  observer.observe(document, { subtree: true, attributeFilter: ["lang"] });
  return () => observer.disconnect();
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

/** Its own, else that of what it stands in, else the browser's. */
function languageOf(element: Element): Language {
  const said = element.closest("[lang]")?.getAttribute("lang")?.split("-")[0]?.toLowerCase();
  return isLanguage(said) ? said : preferredLanguage(navigator.languages);
}
