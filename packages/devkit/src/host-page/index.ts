export { enterSettings } from "./enter-settings.ts";
export { type HostPage, type HostPageOptions, startHostPage } from "./host-page.ts";
