import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { assertGatewayError } from "../gateway/create-gateway.ts";
import { gateway } from "../gateway/gateway.ts";
import type { GatewayError } from "../gateway/gateway-error.ts";
import { saveText } from "../pieces/save-text.ts";
import { Trouble } from "../pieces/trouble.tsx";
import { session } from "../session/session.ts";
import { indicatorWords } from "./words.ts";

interface ServerRowsProps {
  /** Path and query of the rows. */
  readonly path: string;
  /** Of the file. */
  readonly name: string;
  /** What the rows are of. */
  readonly title: string;
}

/**
 * The rows of a figure as the gateway writes them: a plain link. Of several roles, a request has to name the chosen one, which a link
 * cannot, and which is not part of an address: then the page gets the rows.
 */
export function ServerRows({ path, name, title }: ServerRowsProps) {
  const text = (
    <>
      {indicatorWords().csvLink}
      <span class="visually-hidden">{`: ${title}`}</span>
    </>
  );
  if (session.named.value !== undefined) return <NamedRows path={path} name={name} text={text} />;
  return (
    <a class="no-print" href={path}>
      {text}
    </a>
  );
}

interface NamedRowsProps extends Pick<ServerRowsProps, "path" | "name"> {
  readonly text: ComponentChildren;
}

function NamedRows({ path, name, text }: NamedRowsProps) {
  const error = useSignal<GatewayError | undefined>(undefined);

  async function save(): Promise<void> {
    error.value = undefined;
    try {
      saveText(name, "text/csv", await gateway.text(path));
    } catch (caught) {
      assertGatewayError(caught);
      error.value = caught;
    }
  }

  return (
    <>
      <button type="button" class="link-button no-print" onClick={save}>
        {text}
      </button>
      {error.value !== undefined && <Trouble error={error.value} onRetry={save} />}
    </>
  );
}
