import type { TakeAddress } from "#contract-suite/run/case-context.ts";

const ADDRESSES = 2 ** 24;

/** Client addresses out of 10.0.0.0/8 (RFC 1918), one after another from a start (0–2²⁴) of its own for each run. */
export function createAddresses(start: number): TakeAddress {
  let next = start;
  return () => {
    const at = next % ADDRESSES;
    next += 1;
    return `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`;
  };
}
