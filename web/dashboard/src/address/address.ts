import { createAddress } from "./create-address.ts";

/** The address bar. */
export const address = createAddress({
  href: () => location.href,
  push: (href) => history.pushState(null, "", href),
  replace: (href) => history.replaceState(null, "", href),
});

/** Paths that the gateway answers itself. */
const SERVED = /^\/(?:fhir|files|auth|embed|status|\.well-known)(?:\/|$)/;

/** Links stay plain links: those to pages of the dashboard are followed without loading it again. */
export function watchAddress(): void {
  addEventListener("popstate", address.moved);
  document.addEventListener("click", (event) => {
    const link = pageLink(event);
    if (link === undefined) return;
    event.preventDefault();
    address.go(link.href);
  });
}

/** The link to a page that a plain click follows; `undefined` for every other click. */
function pageLink(event: MouseEvent): HTMLAnchorElement | undefined {
  if (event.defaultPrevented || event.button !== 0) return undefined;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null || link.origin !== location.origin || link.target !== "") return undefined;
  if (link.hasAttribute("download") || SERVED.test(link.pathname)) return undefined;
  // A place on the page itself is the browser's own business.
  const isSamePage = link.pathname === location.pathname && link.search === location.search;
  return isSamePage && link.hash !== "" ? undefined : link;
}
