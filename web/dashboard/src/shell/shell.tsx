import { Account } from "./account.tsx";
import { MainPart } from "./main-part.tsx";
import { Navigation } from "./navigation.tsx";
import { Notices } from "./notices.tsx";
import { Preferences } from "./preferences.tsx";
import { shellWords } from "./words.ts";

/** The frame around every page. */
export function Shell() {
  const words = shellWords.value;
  return (
    <>
      <a class="skip" href="#content">
        {words.skip}
      </a>
      <header class="top">
        <a class="mark" href="/">
          <img src="/mark.svg" alt="" width="32" height="32" />
          {words.product}
        </a>
        <Preferences />
        <Account />
      </header>
      <Navigation />
      <main id="content" tabIndex={-1}>
        <Notices />
        <MainPart />
      </main>
    </>
  );
}
