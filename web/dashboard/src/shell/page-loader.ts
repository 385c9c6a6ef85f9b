import { effect } from "@preact/signals";
import { address } from "../address/address.ts";
import { session } from "../session/session.ts";
import { createPageLoader } from "./create-page-loader.ts";
import { isOpenTo, routeOf, startOf } from "./routes.ts";

export const pageLoader = createPageLoader();

/** Loads the page that the address calls for, and leads from the start to the first page of the role. */
export function watchRoutes(): void {
  effect(() => {
    const role = session.role.value;
    const path = address.path.value;
    if (path === "/" && role !== undefined) {
      address.replace(startOf(role));
      return;
    }
    const route = routeOf(path);
    if (route !== undefined && isOpenTo(route, role)) void pageLoader.show(route);
  });
}
