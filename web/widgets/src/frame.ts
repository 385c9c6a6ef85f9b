import "./widgets.ts";

const NAMES = ["measure", "region", "period", "tenant", "lang", "theme"];

/** The widget that the frame's own address names: `/embed/frame/coverage?region=Karnataka&theme=dark`. */
function show(root: HTMLElement): void {
  const widget = /\/([a-z-]+)\/?$/.exec(location.pathname)?.[1] ?? "";
  const query = new URLSearchParams(location.search);
  const element = document.createElement(`aarohan-${widget}`);
  for (const name of NAMES) {
    const value = query.get(name);
    if (value !== null) element.setAttribute(name, value);
  }
  root.replaceChildren(element);
}

const root = document.getElementById("widget");
if (root === null) throw new Error("frame.html has no #widget");
show(root);
