import type { Role } from "@aarohan/contract";
import type { ComponentType } from "preact";

/** Names of the pages, in the words and in the navigation. */
export type PageName =
  | "overview"
  | "coverage"
  | "detection"
  | "referrals"
  | "definition"
  | "exports"
  | "newExport"
  | "exportDetail"
  | "dictionary"
  | "embedding"
  | "playground"
  | "audit"
  | "settings";

export interface Route {
  readonly name: PageName;
  /** The whole path. */
  readonly path: RegExp;
  /** Where the navigation leads; `undefined` for pages that other pages lead to. */
  readonly href?: string;
  /** Who has the page; `everybody` is not even asked to sign in. */
  readonly roles: readonly Role[] | "everybody";
  readonly load: () => Promise<ComponentType>;
}

/** Providers see their patients, and not the whole. */
const NUMBERS: readonly Role[] = ["viewer", "data-analyst", "system-administrator"];
const ROWS: readonly Role[] = ["data-analyst", "healthcare-provider", "system-administrator"];
const ADMINISTRATORS: readonly Role[] = ["system-administrator"];

export const ROUTES: readonly Route[] = [
  {
    name: "overview",
    path: /^\/overview$/,
    href: "/overview",
    roles: NUMBERS,
    load: async () => (await import("../indicators/overview-page.tsx")).OverviewPage,
  },
  {
    name: "coverage",
    path: /^\/coverage$/,
    href: "/coverage",
    roles: NUMBERS,
    load: async () => (await import("../indicators/coverage-page.tsx")).CoveragePage,
  },
  {
    name: "detection",
    path: /^\/detection$/,
    href: "/detection",
    roles: NUMBERS,
    load: async () => (await import("../indicators/detection-page.tsx")).DetectionPage,
  },
  {
    name: "referrals",
    path: /^\/referrals$/,
    href: "/referrals",
    roles: NUMBERS,
    load: async () => (await import("../indicators/referrals-page.tsx")).ReferralsPage,
  },
  {
    name: "definition",
    path: /^\/definition\/[a-z0-9-]+$/,
    roles: NUMBERS,
    load: async () => (await import("../indicators/definition-page.tsx")).DefinitionPage,
  },
  {
    name: "exports",
    path: /^\/exports$/,
    href: "/exports",
    roles: ROWS,
    load: async () => (await import("../exports/exports-page.tsx")).ExportsPage,
  },
  {
    name: "newExport",
    path: /^\/exports\/new$/,
    roles: ROWS,
    load: async () => (await import("../exports/new-export-page.tsx")).NewExportPage,
  },
  {
    name: "exportDetail",
    path: /^\/exports\/[0-9a-f-]{36}$/,
    roles: ROWS,
    load: async () => (await import("../exports/export-page.tsx")).ExportPage,
  },
  {
    name: "dictionary",
    path: /^\/dictionary$/,
    href: "/dictionary",
    roles: ROWS,
    load: async () => (await import("../dictionary/dictionary-page.tsx")).DictionaryPage,
  },
  {
    name: "embedding",
    path: /^\/embedding$/,
    href: "/embedding",
    roles: NUMBERS,
    load: async () => (await import("../embedding/embed-page.tsx")).EmbedPage,
  },
  {
    name: "playground",
    path: /^\/playground$/,
    href: "/playground",
    roles: "everybody",
    load: async () => (await import("../playground/playground-page.tsx")).PlaygroundPage,
  },
  {
    name: "audit",
    path: /^\/audit$/,
    href: "/audit",
    roles: ADMINISTRATORS,
    load: async () => (await import("../audit/audit-page.tsx")).AuditPage,
  },
  {
    name: "settings",
    path: /^\/settings$/,
    href: "/settings",
    roles: ADMINISTRATORS,
    load: async () => (await import("../settings/settings-page.tsx")).SettingsPage,
  },
];

export function isOpenTo(route: Route, role: Role | undefined): boolean {
  return route.roles === "everybody" || (role !== undefined && route.roles.includes(role));
}

/** The page of a path; `undefined` where there is none, whoever asks. */
export function routeOf(path: string): Route | undefined {
  return ROUTES.find((route) => route.path.test(path));
}

/** Where somebody in that role begins. */
export function startOf(role: Role): string {
  const first = ROUTES.find((route) => route.href !== undefined && isOpenTo(route, role));
  return first?.href ?? "/playground";
}
