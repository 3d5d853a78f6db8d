import { expect, test } from "vitest";

import { createMirror } from "#cli/serve/workers/mirror.ts";
import { createFlags, type FlagsDocument } from "#platform/flags/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { createManualClock } from "#support/manual-clock.ts";

const toDocument = (enabled: boolean): FlagsDocument => ({
  version: 2,
  features: [{ name: "pam.chat", enabled, strategies: [{ name: "default" }] }],
});

const FRESH = { state: "fresh", source: "unleash", ageMs: 3, problem: undefined } as const;

function setUp() {
  const uses: string[] = [];
  const mirror = createMirror(
    { document: toDocument(false), freshness: FRESH },
    {
      tripped: ["chat.send"],
      ceilings: [["chat.health", { allowedPercent: 5, isEnforced: true }]],
    },
  );
  const flags = createFlags({
    source: {
      kind: "mirror",
      feed: { follow: mirror.follow, count: (name, enabled) => uses.push(`${name} ${enabled}`) },
    },
    clock: createManualClock(),
    logger: silentLogger,
  });
  return { mirror, flags, uses };
}

const SUBJECT = { key: "user-1" };

test("flags are there before anything is waited for, with the freshness of who asks the source", async () => {
  const { flags } = setUp();
  expect(flags.evaluate("pam.chat", SUBJECT)).toBe("off");
  expect(flags.freshness()).toEqual(FRESH);
  await flags.ready(0);
});

test("what is told later holds from then on", () => {
  const { mirror, flags } = setUp();
  let changes = 0;
  flags.onChange(() => {
    changes += 1;
  });
  mirror.takeFlags({ document: toDocument(true), freshness: { ...FRESH, state: "stale" } });
  expect(flags.evaluate("pam.chat", SUBJECT)).toBe("on");
  expect(flags.freshness().state).toBe("stale");
  expect(changes).toBe(1);
});

test("evaluations are told to who asks the source", () => {
  const { flags, uses } = setUp();
  flags.evaluate("pam.chat", SUBJECT);
  flags.evaluate("pam.unknown", SUBJECT);
  expect(uses).toEqual(["pam.chat false"]);
});

test("what others evaluated is told to the source as if it had been evaluated here", () => {
  const { flags, uses } = setUp();
  flags.countUse({ name: "pam.chat", on: 1, off: 2 });
  expect(uses).toEqual(["pam.chat true", "pam.chat false", "pam.chat false"]);
  expect(flags.document()).toEqual(toDocument(false));
});

test("trips and ceilings are those that were told last", () => {
  const { mirror } = setUp();
  const { safeguards } = mirror;
  expect(safeguards.isTripped("chat.send")).toBe(true);
  expect(safeguards.ceilingOf("chat.health")).toEqual({ allowedPercent: 5, isEnforced: true });
  expect(safeguards.ceilingOf("chat.send")).toBeUndefined();
  mirror.takeSafeguards({ tripped: [], ceilings: [] });
  expect(safeguards.isTripped("chat.send")).toBe(false);
  expect(safeguards.ceilingOf("chat.health")).toBeUndefined();
});
