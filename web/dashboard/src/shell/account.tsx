import { isRole } from "@aarohan/contract";
import { address } from "../address/address.ts";
import { signInHref } from "../session/create-session.ts";
import { session } from "../session/session.ts";
import { roleWords } from "./role-words.ts";
import { shellWords } from "./words.ts";

/** Who is signed in, as whom the gateway serves, and the way in and out. */
export function Account() {
  const words = shellWords();
  const person = session.person.value;
  if (person === undefined) {
    // Asking takes a moment: nothing is offered that may not be needed.
    if (session.state.value === "asking") return null;
    return (
      <a class="button" href={signInHref(address.here.value)}>
        {words.signIn}
      </a>
    );
  }
  return (
    <div class="account">
      <span class="account-name" title={words.signedInAs(person.name)}>
        {person.name}
      </span>
      <RoleChoice />
      <button type="button" class="button" onClick={signOut}>
        {words.signOut}
      </button>
    </div>
  );
}

async function signOut(): Promise<void> {
  // What was shown was the person's: the page begins anew.
  location.assign(await session.signOut());
}

function RoleChoice() {
  const roles = session.person.value?.roles ?? [];
  const role = session.role.value;
  if (role === undefined) return null;
  if (roles.length === 1) return <span class="account-role">{roleWords(role)}</span>;
  return (
    <label class="account-role">
      <span class="visually-hidden">{shellWords().servedAs}</span>
      <select
        value={role}
        onChange={({ currentTarget }) => {
          if (isRole(currentTarget.value)) session.choose(currentTarget.value);
        }}
      >
        {roles.map((each) => (
          <option key={each} value={each}>
            {roleWords(each)}
          </option>
        ))}
      </select>
    </label>
  );
}
