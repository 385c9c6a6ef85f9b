import { address } from "../address/address.ts";
import { Loading } from "../pieces/answer.tsx";
import { session } from "../session/session.ts";
import { pageLoader } from "./page-loader.ts";
import { isOpenTo, type Route, routeOf } from "./routes.ts";
import { Welcome } from "./welcome.tsx";
import { shellWords } from "./words.ts";

/** The page that the address and the role call for. */
export function MainPart() {
  const route = routeOf(address.path.value);
  if (route?.roles === "everybody") return <Page route={route} />;
  switch (session.state.value) {
    case "asking":
      return <Loading />;
    case "none":
    case "unreachable":
      return <Welcome />;
    default:
      return route !== undefined && isOpenTo(route, session.role.value) ? (
        <Page route={route} />
      ) : (
        <NotFound />
      );
  }
}

function Page({ route }: { readonly route: Route }) {
  if (pageLoader.failed.value) return <PageFailed />;
  const loaded = pageLoader.page.value;
  if (loaded === undefined || loaded.route !== route) return <Loading />;
  const { component: Component } = loaded;
  // Another role sees other data: nothing of the one before stays.
  return <Component key={session.role.value ?? ""} />;
}

function PageFailed() {
  const words = shellWords();
  return (
    <div class="notice notice-bad" role="alert">
      <p>{words.pageFailed}</p>
      <button type="button" class="button" onClick={() => location.reload()}>
        {words.reload}
      </button>
    </div>
  );
}

function NotFound() {
  const words = shellWords();
  return (
    <>
      <h1>{words.notFound}</h1>
      <p>{words.notFoundText}</p>
      <p>
        <a href="/">{words.toStart}</a>
      </p>
    </>
  );
}
