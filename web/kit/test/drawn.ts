import { type ComponentChild, render } from "preact";
import { act } from "preact/test-utils";

/** What is drawn of it, in the document. */
export function drawn(what: ComponentChild): HTMLElement {
  const root = document.createElement("div");
  document.body.replaceChildren(root);
  act(() => render(what, root));
  return root;
}

export function marksOf(root: ParentNode): SVGGElement[] {
  return [...root.querySelectorAll<SVGGElement>("g[role=img]")];
}

export function press(on: Element, key: string): void {
  act(() => void on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })));
}

export function focus(on: SVGGElement): void {
  act(() => on.focus());
}
