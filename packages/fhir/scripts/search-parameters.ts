import { readOfficial } from "./official-definitions.ts";

interface SearchParameter {
  readonly code: string;
  readonly base: readonly string[];
  readonly type: string;
  readonly expression?: string;
  readonly target?: readonly string[];
}

/** A plain path below the base: `code`, `value as Quantity`, `subject.where(resolve() is Patient)`. */
const PLAIN =
  /^([A-Z][A-Za-z]+)((?:\.[a-zA-Z]+)+)(?: as ([A-Za-z]+)|\.as\(([A-Za-z]+)\)|\.ofType\(([A-Za-z]+)\))?(?:\.where\(resolve\(\) is ([A-Za-z]+)\))?$/;

/**
 * Resource type → its search parameters in one line: `name:type:path@cast|path:targets;`. Without a path where the
 * expression is more than a path.
 */
export function searchParameterLines(resourceTypes: ReadonlySet<string>): [string, string][] {
  const lines = new Map<string, string[]>();
  for (const parameter of readOfficial<SearchParameter>("Bundle-searchParams.json")) {
    for (const base of parameter.base) {
      if (!resourceTypes.has(base) || base === "Resource" || base === "DomainResource") continue;
      const line = lines.get(base) ?? [];
      line.push(
        `${parameter.code}:${parameter.type}:${pathsOf(parameter, base)}:${targetsOf(parameter, base)}`,
      );
      lines.set(base, line);
    }
  }
  return [...lines].map(([type, line]) => [type, line.toSorted().join(";")]);
}

function alternatives({ expression = "" }: SearchParameter, base: string): string[] {
  return expression
    .split(" | ")
    .map((text) => text.trim().replace(/^\((.*)\)$/, "$1"))
    .filter((text) => text.startsWith(`${base}.`) || text.startsWith(`(${base}.`));
}

function pathsOf(parameter: SearchParameter, base: string): string {
  const paths = alternatives(parameter, base).map((text) => {
    const [, , path = "", as, asCall, ofType] = PLAIN.exec(text) ?? [];
    const cast = as ?? asCall ?? ofType;
    return path === "" ? undefined : `${path.slice(1)}${cast === undefined ? "" : `@${cast}`}`;
  });
  return paths.includes(undefined) ? "" : paths.join("|");
}

/** Types that a reference may name: those of its expression, else those of the parameter; `*` for all. */
function targetsOf(parameter: SearchParameter, base: string): string {
  if (parameter.type !== "reference") return "";
  const named = alternatives(parameter, base).flatMap((text) => PLAIN.exec(text)?.[6] ?? []);
  const targets = named.length > 0 ? named : (parameter.target ?? []);
  return targets.length > 100 ? "*" : targets.join(",");
}
