import { Account } from "./account.tsx";
import { MainPart } from "./main-part.tsx";
import { Navigation } from "./navigation.tsx";
import { Notices } from "./notices.tsx";
import { PreferenceChoices } from "./preference-choices.tsx";
import { shellWords } from "./words.ts";

/** The frame around every page. */
export function Shell() {
  const words = shellWords();
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
        <PreferenceChoices />
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
