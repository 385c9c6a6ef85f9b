/** A user's allowance of bytes, as it is kept between requests. */
export interface SentBytes {
  /** Bytes that may be sent; below zero it is a debt. */
  readonly balance: number;
  /** When that was so, in milliseconds since 1970. */
  readonly at: number;
}

export interface Allowance {
  readonly bytes: number;
  readonly milliseconds: number;
}

/** Nothing was sent for long. */
export function fullAllowance({ bytes }: Allowance, now: number): SentBytes {
  return { balance: bytes, at: now };
}

/**
 * Charges a whole answer before it is sent, so that answers at the same time are counted. It may run into debt, so that a
 * file larger than the allowance can be had; who is in debt waits until it is paid: `retrySeconds`, whole and never 0.
 */
export function charge(
  sent: SentBytes,
  bytes: number,
  allowance: Allowance,
  now: number,
): { readonly sent: SentBytes; readonly retrySeconds: number | undefined } {
  const refilled = refill(sent, allowance, now);
  // Less than a byte is an error of rounding.
  if (refilled.balance > -1) {
    return { sent: { balance: refilled.balance - bytes, at: now }, retrySeconds: undefined };
  }
  const milliseconds = (-refilled.balance / allowance.bytes) * allowance.milliseconds;
  return { sent: refilled, retrySeconds: Math.max(1, Math.ceil(milliseconds / 1000 - 1e-6)) };
}

/** Gives back what was charged and not sent: the client went away. */
export function refund(sent: SentBytes, bytes: number, allowance: Allowance, now: number): SentBytes {
  const refilled = refill(sent, allowance, now);
  return { balance: Math.min(refilled.balance + bytes, allowance.bytes), at: now };
}

/** What may be sent now, and the whole seconds until that is more: until the allowance is full, or until a debt is paid. */
export function standing(
  sent: SentBytes,
  allowance: Allowance,
  now: number,
): { readonly left: number; readonly resetSeconds: number } {
  const { balance } = refill(sent, allowance, now);
  const missing = balance > -1 ? allowance.bytes - balance : -balance;
  return {
    left: Math.max(0, Math.floor(balance)),
    // As above; and 0, where an error of rounding would make less of it.
    resetSeconds: Math.max(
      0,
      Math.ceil((missing / allowance.bytes) * (allowance.milliseconds / 1000) - 1e-6),
    ),
  };
}

function refill({ balance, at }: SentBytes, { bytes, milliseconds }: Allowance, now: number): SentBytes {
  const passed = Math.max(now - at, 0);
  return { balance: Math.min(balance + (passed / milliseconds) * bytes, bytes), at: Math.max(now, at) };
}
