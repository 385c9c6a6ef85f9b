import { effect } from "@preact/signals";
import { address } from "../address/address.ts";
import { session } from "../session/session.ts";
import { pageLoader } from "./page-loader.ts";
import { type PageName, routeOf } from "./routes.ts";
import { shellWords } from "./words.ts";

/** Tells of a new page as a browser does of a document: by its title, and with the focus at its heading. */
export function watchArrival(): void {
  effect(() => {
    document.title = titleOf(nameOfPage());
  });
  let before = address.path.peek();
  effect(() => {
    const path = address.path.value;
    const arrived = pageLoader.page.value?.route;
    if (path === before || arrived === undefined || arrived !== routeOf(path)) return;
    before = path;
    // Once it has been drawn.
    requestAnimationFrame(focusHeading);
  });
}

function nameOfPage(): PageName | "welcome" | "notFound" {
  const route = routeOf(address.path.value);
  if (route?.roles === "everybody") return route.name;
  if (session.state.value === "none" || session.state.value === "unreachable") return "welcome";
  return route?.name ?? (address.path.value === "/" ? "welcome" : "notFound");
}

function titleOf(name: PageName | "welcome" | "notFound"): string {
  const words = shellWords();
  return `${words[name]} · ${words.product}`;
}

/** A page that waits for an answer has its heading later: the focus is at the page until then, and goes on with it. */
function focusHeading(): void {
  scrollTo(0, 0);
  const main = document.querySelector<HTMLElement>("main");
  if (main === null || focusAt(main.querySelector("h1"))) return;
  focusAt(main);
  const observer = new MutationObserver(() => {
    if (document.activeElement !== main || focusAt(main.querySelector("h1"))) observer.disconnect();
  });
  observer.observe(main, { childList: true, subtree: true });
}

function focusAt(place: HTMLElement | null): boolean {
  if (place === null) return false;
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
  return true;
}
