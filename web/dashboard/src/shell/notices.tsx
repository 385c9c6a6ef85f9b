import { effect, signal } from "@preact/signals";
import { address } from "../address/address.ts";
import { isVisible } from "../pieces/visibility.ts";
import { signInHref } from "../session/create-session.ts";
import { session } from "../session/session.ts";
import { shellWords } from "./words.ts";

const isOnline = signal(navigator.onLine);

/** Who has signed in again in another tab comes back to this one. */
export function watchReturn(): void {
  effect(() => {
    if (isVisible.value && session.state.peek() === "ended") void session.refresh();
  });
}

export function watchConnection(): void {
  addEventListener("online", () => {
    isOnline.value = true;
  });
  addEventListener("offline", () => {
    isOnline.value = false;
  });
}

/** What is the matter with the whole page: above it, said once, and nothing that is shown goes away. */
export function Notices() {
  const words = shellWords();
  return (
    <div class="notices" role="status">
      {!isOnline.value && <p class="notice notice-waiting">{words.offline}</p>}
      {session.state.value === "ended" && (
        <p class="notice notice-waiting">
          {words.sessionEnded}{" "}
          <a class="button" href={signInHref(address.here.value)}>
            {words.signIn}
          </a>
        </p>
      )}
      {session.state.value === "unreachable" && (
        <p class="notice notice-waiting">
          {words.sessionUnknown}{" "}
          <button type="button" class="button" onClick={session.refresh}>
            {words.retry}
          </button>
        </p>
      )}
    </div>
  );
}
