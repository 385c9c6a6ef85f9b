import { address } from "../address/address.ts";
import { session } from "../session/session.ts";
import { isOpenTo, ROUTES, type Route } from "./routes.ts";
import { shellWords } from "./words.ts";

/** The pages of the role that serves. On narrow screens they fold up behind a button. */
export function Navigation() {
  const words = shellWords();
  const routes = ROUTES.filter((route) => isOpenTo(route, session.role.value));
  return (
    <nav class="navigation" aria-label={words.pages}>
      <details class="menu" name="menu">
        <summary class="menu-button">{words.menu}</summary>
        <Links routes={routes} />
      </details>
      <div class="rail">
        <Links routes={routes} />
      </div>
    </nav>
  );
}

function Links({ routes }: { readonly routes: readonly Route[] }) {
  return (
    <ul>
      {routes.map((route) => (
        <PageLink key={route.name} route={route} />
      ))}
    </ul>
  );
}

function PageLink({ route }: { readonly route: Route }) {
  const { href, name } = route;
  if (href === undefined) return null;
  const path = address.path.value;
  const current = path === href ? "page" : path.startsWith(`${href}/`) ? "true" : undefined;
  return (
    <li>
      <a class="page-link" href={href} aria-current={current}>
        {shellWords()[name]}
      </a>
    </li>
  );
}
