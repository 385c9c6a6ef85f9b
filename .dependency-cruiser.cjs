/**
 * Layers, types included: contract ← fhir ← deid, formats, upstream ← pipeline ← workers; contract ← access, audit ← workers.
 * Below web: kit ← widgets, dashboard.
 * Whatever is not named here is not allowed.
 */
const ALLOWED = {
  contract: [],
  fhir: ["contract"],
  deid: ["contract", "fhir"],
  formats: ["contract", "fhir"],
  upstream: ["contract", "fhir"],
  settings: [],
  access: ["contract", "settings"],
  audit: ["contract", "fhir"],
  measures: ["fhir"],
  releases: ["deid", "measures"],
  reports: ["contract", "fhir", "deid", "measures"],
  files: [],
  export: ["contract", "fhir", "formats", "files", "measures", "upstream", "pipeline"],
  pipeline: ["contract", "fhir", "deid", "formats", "upstream"],
  programme: ["contract", "fhir", "deid", "formats", "upstream", "pipeline", "access", "settings"],
  cli: ["contract", "fhir", "audit", "deid", "formats", "upstream", "pipeline"],
  devkit: ["contract", "fhir"],
};

const layers = Object.entries(ALLOWED).map(([name, allowed]) => ({
  name: `layer-${name}`,
  severity: "error",
  from: { path: `^packages/${name}/src` },
  to: {
    path: "^(packages|workers|web)/",
    pathNot: `^packages/(${[name, ...allowed].join("|")})/src|^packages/${name}/package[.]json$`,
  },
}));

/** The page takes what it shows and how it is anonymised from the packages; page and widgets take drawing from the kit. */
const ALLOWED_WEB = {
  kit: [],
  widgets: ["packages/contract", "web/kit"],
  dashboard: ["packages/contract", "packages/fhir", "packages/deid", "packages/formats", "web/kit"],
  e2e: ["packages/devkit"],
};

const webLayers = Object.entries(ALLOWED_WEB).map(([name, allowed]) => ({
  name: `layer-web-${name}`,
  severity: "error",
  from: { path: `^web/${name}/src` },
  to: {
    path: "^(packages|workers|web)/",
    pathNot: `^(${[`web/${name}`, ...allowed].join("|")})/(src/|package[.]json$)`,
  },
}));

module.exports = {
  forbidden: [
    ...layers,
    ...webLayers,
    {
      name: "no-cycle",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "unresolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^cloudflare:|^fhir/r4$|[.]css[?]url$" },
    },
    {
      name: "packages-are-portable",
      comment: "Packages run at the edge, in a browser and on the command line.",
      severity: "error",
      from: { path: "^packages/(?!devkit|cli)[^/]+/src" },
      to: { path: "^(node:|cloudflare:)|node_modules/(hono|itty-router)/" },
    },
    {
      name: "packages-do-not-use-node",
      severity: "error",
      from: { path: "^packages/(?!devkit|cli)[^/]+/src" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "jose-only-in-access-and-audit",
      severity: "error",
      from: { path: "^(packages|workers|web)/", pathNot: "^packages/(access|audit|devkit)/|/test/" },
      to: { path: "node_modules/jose/" },
    },
    {
      name: "oauth-only-in-access",
      severity: "error",
      from: { path: "^(packages|workers|web)/", pathNot: "^packages/access/" },
      to: { path: "node_modules/oauth4webapi/" },
    },
    {
      name: "devkit-is-not-shipped",
      severity: "error",
      // The browser's suite is not shipped either.
      from: { path: "^(workers|web)/(?!e2e/)[^/]+/src|^packages/(?!devkit)[^/]+/src" },
      to: { path: "^packages/devkit/" },
    },
    {
      name: "workers-share-types-only",
      severity: "error",
      from: { path: "^workers/([^/]+)/src" },
      to: { path: "^workers/", pathNot: "^workers/$1/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "downloads-cannot-anonymise",
      comment: "What serves files has nothing to do with what is in them.",
      severity: "error",
      from: { path: "^workers/downloads/src" },
      to: {
        path: "^packages/(deid|formats|pipeline|programme|upstream|export)/",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "test-code-is-not-shipped",
      severity: "error",
      from: { path: "/src/" },
      to: { path: "/test/|node_modules/(vitest|fast-check)/" },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.base.json" },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/dist(-types)?/|worker-configuration|/[.]stryker/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "default"],
      extensions: [".ts", ".tsx", ".js", ".mjs", ".json"],
    },
  },
};
