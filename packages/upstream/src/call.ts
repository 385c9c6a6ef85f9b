/** One call on behalf of one request. */
export interface Call {
  /** Sent as `X-Request-Id`, so that the server's log and ours can be joined. */
  readonly requestId: string;
  /** The caller's Authorization header; used with forwarded credentials alone. */
  readonly authorization?: string;
  /** Ends the exchange when the caller is gone: the call then throws the signal's own reason. */
  readonly signal?: AbortSignal;
}
