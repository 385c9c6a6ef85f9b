/** What the page's server was answered by `POST /embed/tokens`. */
export interface EmbedToken {
  readonly token: string;
  /** ISO 8601 instant. */
  readonly expiresAt: string;
}

/** Given by the page: asks its own server for a token. */
export type GetToken = () => Promise<EmbedToken>;

export interface TokenSource {
  /** A token that is good for a while yet. Rejects where the page gives none. */
  token(): Promise<string>;
  /** The gateway does not take it any more: the next one is asked for. */
  forget(): void;
  close(): void;
}

/** A new token is asked for so long before the old one ends, in milliseconds. Of one that is short, a third of its life. */
const EARLY = 30_000;
/** After a page that gave none, in milliseconds. */
const AGAIN_AFTER = 30_000;

/** Keeps a token, and renews it before it expires; `onRenewed` may then ask with it. Neither is ever stored or part of an address. */
export function createTokenSource(getToken: GetToken, onRenewed: () => void): TokenSource {
  let kept: Promise<string> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  async function get(): Promise<string> {
    try {
      const { token, expiresAt } = await getToken();
      const life = Date.parse(expiresAt) - Date.now();
      if (typeof token !== "string" || !(life > 0))
        throw new TypeError("getToken() gave no token that is good");
      schedule(Math.max(life - EARLY, (life * 2) / 3));
      return token;
    } catch (error) {
      kept = undefined;
      schedule(AGAIN_AFTER);
      throw error;
    }
  }

  function schedule(milliseconds: number): void {
    clearTimeout(timer);
    if (isClosed) return;
    timer = setTimeout(() => {
      kept = undefined;
      onRenewed();
    }, milliseconds);
  }

  return {
    token() {
      kept ??= get();
      return kept;
    },
    forget() {
      kept = undefined;
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
