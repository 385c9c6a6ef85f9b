import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { charge, fullAllowance, refund, standing } from "../src/index.ts";

const ALLOWANCE = { bytes: 10_000_000, milliseconds: 60_000 };

describe("an allowance of bytes", () => {
  it("lets a file larger than itself pass, and the next one when the debt is paid", () => {
    const first = charge(fullAllowance(ALLOWANCE, 0), 30_000_000, ALLOWANCE, 0);
    expect(first.retrySeconds).toBeUndefined();
    const second = charge(first.sent, 1, ALLOWANCE, 0);
    expect(second.retrySeconds).toBe(120);
    expect(charge(second.sent, 1, ALLOWANCE, 119_000).retrySeconds).toBe(1);
    expect(charge(second.sent, 1, ALLOWANCE, 120_000).retrySeconds).toBeUndefined();
  });

  it("counts answers that are sent at the same time", () => {
    let { sent } = charge(fullAllowance(ALLOWANCE, 0), 9_000_000, ALLOWANCE, 0);
    sent = charge(sent, 9_000_000, ALLOWANCE, 0).sent;
    expect(charge(sent, 1, ALLOWANCE, 0).retrySeconds).toBe(48);
  });

  it("gives back what was not sent, and never more than there was", () => {
    const { sent } = charge(fullAllowance(ALLOWANCE, 0), 30_000_000, ALLOWANCE, 0);
    expect(refund(sent, 29_000_000, ALLOWANCE, 0).balance).toBe(9_000_000);
    expect(refund(sent, 99_000_000, ALLOWANCE, 0).balance).toBe(10_000_000);
  });

  it("tells what is left, and when there is more: when it is full, or the debt paid", () => {
    const full = fullAllowance(ALLOWANCE, 0);
    expect(standing(full, ALLOWANCE, 0)).toEqual({ left: 10_000_000, resetSeconds: 0 });
    const { sent } = charge(full, 2_500_000, ALLOWANCE, 0);
    expect(standing(sent, ALLOWANCE, 0)).toEqual({ left: 7_500_000, resetSeconds: 15 });
    expect(standing(sent, ALLOWANCE, 15_000)).toEqual({ left: 10_000_000, resetSeconds: 0 });
    const debt = charge(full, 30_000_000, ALLOWANCE, 0).sent;
    expect(standing(debt, ALLOWANCE, 0)).toEqual({ left: 0, resetSeconds: 120 });
    expect(charge(debt, 1, ALLOWANCE, 120_000).retrySeconds).toBeUndefined();
  });

  it("holds on average, whatever is asked for and when", () => {
    const asks = fc.array(fc.record({ bytes: fc.nat(20_000_000), wait: fc.nat(30_000) }), { maxLength: 60 });
    fc.assert(
      fc.property(asks, (all) => {
        let sent = fullAllowance(ALLOWANCE, 0);
        let now = 0;
        let total = 0;
        let last = 0;
        for (const { bytes, wait } of all) {
          now += wait;
          const decision = charge(sent, bytes, ALLOWANCE, now);
          sent = decision.sent;
          if (decision.retrySeconds !== undefined) continue;
          total += bytes;
          last = bytes;
        }
        const minutes = now / ALLOWANCE.milliseconds;
        expect(total - last).toBeLessThanOrEqual(ALLOWANCE.bytes * (1 + minutes) + 1);
      }),
    );
  });
});
