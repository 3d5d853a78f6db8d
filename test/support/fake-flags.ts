import { hash } from "node:crypto";

import type { FlagFreshness, Flags, FlagValue } from "#platform/flags/flags.ts";

interface FakeFlag {
  readonly rule: string;
  readonly evaluate: (key: string) => FlagValue;
  readonly variant?: string;
}

/** Flags that a test holds in its hand. */
export interface FakeFlags extends Flags {
  turn(name: string, value: "on" | "off"): void;
  /** On for about this share of keys. */
  roll(name: string, percent: number): void;
  /** On for everybody, with this variant. */
  vary(name: string, variant: string): void;
  remove(name: string): void;
  confirm(freshness: FlagFreshness): void;
}

const bucketOf = (key: string): number =>
  Number.parseInt(hash("sha256", key).slice(0, 8), 16) % 100;

export function createFakeFlags(): FakeFlags {
  const held = new Map<string, FakeFlag>();
  const listeners = new Set<() => void>();
  let freshness: FlagFreshness = { state: "fresh", source: "file", ageMs: 0, problem: undefined };
  const change = (name: string, flag: FakeFlag | undefined): void => {
    if (flag === undefined) held.delete(name);
    else held.set(name, flag);
    for (const listener of listeners) listener();
  };
  return {
    turn: (name, value) =>
      change(name, {
        rule: value === "on" ? "always" : "never (disabled)",
        evaluate: () => value,
      }),
    roll: (name, percent) =>
      change(name, {
        rule: `${percent} % by userId`,
        evaluate: (key) => (bucketOf(key) < percent ? "on" : "off"),
      }),
    vary: (name, variant) => change(name, { rule: "always", evaluate: () => "on", variant }),
    remove: (name) => change(name, undefined),
    confirm(next) {
      freshness = next;
    },
    evaluate: (name, { key }) => held.get(name)?.evaluate(key) ?? "absent",
    variantOf: (name) => held.get(name)?.variant,
    positionOf: (_name, { key }) => bucketOf(key) + 1,
    list: () =>
      [...held].map(([name, { rule }]) => ({ name, enabled: !rule.startsWith("never"), rule })),
    freshness: () => freshness,
    ready: async () => {},
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {},
  };
}
