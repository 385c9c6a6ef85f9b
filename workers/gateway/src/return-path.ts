import { EdgeError } from "@aarohan/contract";

/** What answers with data, or begins something: nobody is sent there by a sign-in. */
const INTERFACES = /^\/(?:auth|embed|fhir|files|status|\.well-known)(?:\/|$)/;
const MOST_CHARACTERS = 2048;

/**
 * Where the browser goes once somebody is signed in: a page of this origin, as path, query and fragment. Throws
 * `parameter-invalid` for anything else: a sign-in must not lead elsewhere (RFC 9700 §4.11).
 */
export function returnPath(text: string | undefined, origin: string): string {
  if (text === undefined) return "/";
  // One slash, and nothing that a browser would read as a second (WHATWG URL §4.4), or drop.
  if (text.length > MOST_CHARACTERS || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(text)) throw elsewhere();
  const url = URL.parse(text, origin);
  if (url === null || url.origin !== origin || !isPage(url.pathname)) throw elsewhere();
  return `${url.pathname}${url.search}${url.hash}`;
}

function isPage(path: string): boolean {
  try {
    // Once normalised, a path may begin with two slashes: as a Location it would name a host.
    return !path.startsWith("//") && !INTERFACES.test(decodeURIComponent(path).toLowerCase());
  } catch {
    return false;
  }
}

function elsewhere(): EdgeError {
  return new EdgeError("parameter-invalid", "return is a path of a page here.", { parameter: "return" });
}
