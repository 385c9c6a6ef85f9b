export { type HostPage, type HostPageOptions, startHostPage } from "./host-page.ts";
export { publishWidgets } from "./publish-widgets.ts";
