import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { systemClock } from "#platform/clock.ts";
import type { Flags } from "#platform/flags/flags.ts";
import { createFlags, setFlag, type FlagSourceOptions } from "#platform/flags/index.ts";

import { startFakeUnleash, type FakeUnleash } from "./fake-unleash.ts";
import { createLineKeeper } from "./log-lines.ts";

const INTERVAL_MS = 50;
/** The least that the SDK's retries allow. */
const TIMEOUT_MS = 1000;
const STALE_AFTER_MS = 3 * INTERVAL_MS + TIMEOUT_MS;
/** Long enough for the SDK's own retries, which take three seconds, and for the watchdog. */
const SOON = { timeout: 12_000, interval: 5 };

let unleash: FakeUnleash;
const opened: Flags[] = [];
const { lines, logger } = createLineKeeper();

beforeEach(async () => {
  unleash = await startFakeUnleash();
  unleash.setFeatures(flagsWith("pam.chat", "on"));
  lines.length = 0;
});

afterEach(async () => {
  await unleash[Symbol.asyncDispose]();
  await Promise.all(opened.splice(0).map(async (flags) => flags.close()));
});

const flagsWith = (name: string, setting: "on" | "off" | number): readonly unknown[] =>
  setFlag({ features: [] }, name, setting).features;

function open(changes: Partial<Extract<FlagSourceOptions, { kind: "unleash" }>> = {}): Flags {
  const flags = createFlags({
    source: {
      kind: "unleash",
      url: unleash.url,
      token: "default:development.secret",
      refreshIntervalMs: INTERVAL_MS,
      timeoutMs: TIMEOUT_MS,
      ...changes,
    },
    clock: systemClock,
    logger,
  });
  opened.push(flags);
  return flags;
}

const chatOf = (flags: Flags): string => flags.evaluate("pam.chat", { key: "ada" });
const stateOf = (flags: Flags): string => flags.freshness().state;

describe("a server that answers", () => {
  test("is fresh, decides, and lists", async () => {
    const flags = open();
    expect(stateOf(flags)).toBe("offline");
    expect(chatOf(flags)).toBe("absent");
    await flags.ready(5000);
    expect(chatOf(flags)).toBe("on");
    expect(flags.freshness()).toMatchObject({
      state: "fresh",
      source: "unleash",
      problem: undefined,
    });
    expect(flags.list()).toEqual([{ name: "pam.chat", enabled: true, rule: "always" }]);
    expect(unleash.polls[0]?.headers).toMatchObject({
      authorization: "default:development.secret",
      "unleash-appname": "banyan",
    });
  });

  test("is found by its bare origin too", async () => {
    const flags = open({ url: new URL(unleash.url).origin });
    await flags.ready(5000);
    expect(chatOf(flags)).toBe("on");
  });

  test("changes a flag, and listeners hear of it once", async () => {
    const flags = open();
    await flags.ready(5000);
    let changes = 0;
    flags.onChange(() => {
      changes += 1;
    });
    unleash.setFeatures(flagsWith("pam.chat", "off"));
    await expect.poll(() => chatOf(flags), SOON).toBe("off");
    const polls = unleash.polls.length;
    await expect.poll(() => unleash.polls.length, SOON).toBeGreaterThan(polls + 2);
    expect(changes).toBe(1);
  });

  test("confirms by 304 that nothing changed, which keeps the flags fresh", async () => {
    const flags = open();
    await flags.ready(5000);
    const endMs = systemClock.monotonicMs() + 2 * STALE_AFTER_MS;
    await expect.poll(() => systemClock.monotonicMs(), SOON).toBeGreaterThan(endMs);
    expect(flags.freshness()).toMatchObject({ state: "fresh", problem: undefined });
    expect(flags.freshness().ageMs).toBeLessThan(STALE_AFTER_MS);
    expect(unleash.polls.at(-1)?.headers["if-none-match"]).toBe('"1"');
  });

  test("takes every flag away by sending none", async () => {
    const flags = open();
    await flags.ready(5000);
    unleash.setFeatures([]);
    await expect.poll(() => chatOf(flags), SOON).toBe("absent");
  });

  test("sends a flag that cannot be read: that flag is off, the others stand, and it is said", async () => {
    unleash.setFeatures([
      ...flagsWith("pam.chat", "on"),
      { name: "pam.ws", enabled: true, strategies: [{ name: 1 }] },
    ]);
    const flags = open();
    await flags.ready(5000);
    expect(chatOf(flags)).toBe("on");
    expect(flags.evaluate("pam.ws", { key: "ada" })).toBe("off");
    expect(flags.freshness()).toMatchObject({
      state: "fresh",
      problem: 'Unleash sent "pam.ws": strategies[0].name: expected string, received number',
    });
  });

  test("gets the usage of each flag, the last of it on closing", async () => {
    const flags = open();
    await flags.ready(5000);
    for (let count = 0; count < 3; count += 1) chatOf(flags);
    flags.evaluate("pam.absent", { key: "ada" });
    await flags.close();
    expect(unleash.usage).toMatchObject([
      { appName: "banyan", bucket: { toggles: { "pam.chat": { yes: 3, no: 0 } } } },
    ]);
  });
});

test("a server that refuses usage reports has no problem with its flags", async () => {
  unleash.answerReportsWith(500);
  const flags = open({ metricsIntervalMs: 20 });
  await flags.ready(5000);
  chatOf(flags);
  await expect.poll(() => unleash.registrations(), SOON).toBe(1);
  await expect.poll(() => unleash.usage.length, SOON).toBeGreaterThan(1);
  expect(flags.freshness()).toMatchObject({ state: "fresh", problem: undefined });
  expect(lines).toEqual([]);
});

describe("a server that is down at the start", () => {
  test("is offline and says why, and the flags come when it does", async () => {
    await unleash.pause();
    const flags = open();
    await flags.ready(10);
    expect(chatOf(flags)).toBe("absent");
    expect(flags.freshness()).toMatchObject({ state: "offline", ageMs: undefined });
    expect(flags.freshness().problem).toMatch(/has not answered yet/);
    await expect.poll(() => flags.freshness().problem, SOON).toMatch(/ECONNREFUSED/);
    await unleash.resume();
    await expect.poll(() => stateOf(flags), SOON).toBe("fresh");
    expect(chatOf(flags)).toBe("on");
    expect(flags.freshness().problem).toBeUndefined();
    expect(lines.at(-1)).toMatchObject({ level: "info", message: "Unleash answers again" });
  });

  test("leaves the decisions to the bootstrap file until its first answer, and to itself after", async () => {
    const folder = await mkdtemp(join(tmpdir(), "banyan-flags-"));
    const bootstrapPath = join(folder, "flags.json");
    const write = async (setting: "on" | "off"): Promise<void> =>
      writeFile(bootstrapPath, JSON.stringify({ features: flagsWith("pam.chat", setting) }));
    await unleash.pause();
    await write("off");
    const flags = open({ bootstrapPath });
    expect(chatOf(flags)).toBe("off");
    expect(flags.freshness()).toMatchObject({ state: "offline", source: "unleash" });
    await write("on");
    await expect.poll(() => chatOf(flags), SOON).toBe("on");
    await writeFile(bootstrapPath, "not JSON");
    await expect.poll(() => flags.freshness().problem, SOON).toMatch(/line 1, column 1/);
    expect(chatOf(flags)).toBe("on");

    unleash.setFeatures(flagsWith("pam.chat", "off"));
    await unleash.resume();
    await expect.poll(() => stateOf(flags), SOON).toBe("fresh");
    expect(chatOf(flags)).toBe("off");
    expect(flags.freshness().problem).toBeUndefined();
    await rm(folder, { recursive: true });
  });
});

describe("a server that fails", () => {
  test("by going away makes the flags stale, with their age; they stay, and are fresh when it is back", async () => {
    const flags = open();
    await flags.ready(5000);
    await unleash.pause();
    await expect.poll(() => stateOf(flags), SOON).toBe("stale");
    expect(flags.freshness().ageMs).toBeGreaterThan(STALE_AFTER_MS);
    expect(flags.freshness().problem).toBeDefined();
    expect(chatOf(flags)).toBe("on");
    await unleash.resume();
    await expect.poll(() => stateOf(flags), SOON).toBe("fresh");
  });

  test.each([401, 403])("by %d is asked again, although the SDK would stop", async (status) => {
    const flags = open();
    await flags.ready(5000);
    unleash.answerWith(status);
    await expect.poll(() => flags.freshness().problem, SOON).toContain(`responded ${status}`);
    await expect.poll(() => stateOf(flags), SOON).toBe("stale");
    expect(chatOf(flags)).toBe("on");
    unleash.answerWith("flags");
    unleash.setFeatures(flagsWith("pam.chat", "off"));
    await expect.poll(() => chatOf(flags), SOON).toBe("off");
    expect(flags.freshness()).toMatchObject({ state: "fresh", problem: undefined });
  });

  test("by 401 is asked more and more seldom, and the log says it once", async () => {
    unleash.answerWith(401);
    open();
    await expect.poll(() => unleash.polls.length, SOON).toBe(3);
    expect(lines.filter(({ level }) => level === "warn")).toHaveLength(1);
  });

  test.each([500, "reset" as const])(
    "by %s makes the flags stale and is found again when it recovers",
    async (answer) => {
      const flags = open();
      await flags.ready(5000);
      unleash.answerWith(answer);
      await expect.poll(() => stateOf(flags), SOON).toBe("stale");
      expect(flags.freshness().problem).toBeDefined();
      expect(chatOf(flags)).toBe("on");
      unleash.answerWith("flags");
      await expect.poll(() => stateOf(flags), SOON).toBe("fresh");
    },
  );

  test("by never answering is given up and asked anew", async () => {
    unleash.answerWith("hang");
    const flags = open();
    await expect.poll(() => flags.freshness().problem, SOON).toBe("Unleash does not answer");
    unleash.answerWith("flags");
    await expect.poll(() => stateOf(flags), SOON).toBe("fresh");
    expect(chatOf(flags)).toBe("on");
  });
});

test("`ready` waits no longer than its deadline", async () => {
  unleash.answerWith("hang");
  const flags = open();
  await flags.ready(20);
  expect(stateOf(flags)).toBe("offline");
});
