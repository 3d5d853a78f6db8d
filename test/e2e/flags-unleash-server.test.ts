import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { systemClock } from "#platform/clock.ts";
import type { Flags } from "#platform/flags/flags.ts";
import { createFlags } from "#platform/flags/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { isSkipped } from "#support/services.ts";
import { startUnleash, unleashProblem, type UnleashServer } from "#support/unleash-server.ts";

const INTERVAL_MS = 200;
const FLIP = { timeout: 5000, interval: 10 };
const OUTAGE = { timeout: 20_000, interval: 50 };
const KEYS = Array.from({ length: 1000 }, (_, index) => `user-${index}`);

describe.skipIf(isSkipped("a real Unleash server", await unleashProblem()))(
  "flags from a real Unleash server",
  () => {
    let unleash: UnleashServer;
    let flags: Flags;

    beforeAll(async () => {
      unleash = await startUnleash();
      await unleash.createFlag("pam.chat");
      flags = createFlags({
        source: {
          kind: "unleash",
          url: unleash.url,
          token: unleash.clientToken,
          appName: "banyan-test",
          refreshIntervalMs: INTERVAL_MS,
          timeoutMs: 1000,
        },
        clock: systemClock,
        logger: silentLogger,
      });
      await flags.ready(10_000);
    });

    afterAll(async () => {
      await flags.close();
      await unleash[Symbol.asyncDispose]();
    });

    const chatFor = (key: string): string => flags.evaluate("pam.chat", { key });
    const share = (): number => KEYS.filter((key) => chatFor(key) === "on").length / KEYS.length;

    test("are fresh, and a flag that exists is not absent", () => {
      expect(flags.freshness()).toMatchObject({ state: "fresh", problem: undefined });
      expect(chatFor("ada")).toBe("off");
      expect(flags.evaluate("pam.unknown", { key: "ada" })).toBe("absent");
      expect(flags.list()).toEqual([
        { name: "pam.chat", enabled: false, rule: "never (disabled)" },
      ]);
    });

    test("flip on and off", async () => {
      await unleash.enable("pam.chat");
      await expect.poll(() => chatFor("ada"), FLIP).toBe("on");
      await unleash.disable("pam.chat");
      await expect.poll(() => chatFor("ada"), FLIP).toBe("off");
    });

    test("put a share of the users on, and the same ones each time", async () => {
      await unleash.enable("pam.chat");
      await unleash.setRollout("pam.chat", 30);
      await expect.poll(() => flags.list()[0]?.rule, FLIP).toBe("30 % by userId in group pam");
      expect(share()).toBeCloseTo(0.3, 1);
      const first = KEYS.map(chatFor);
      expect(KEYS.map(chatFor)).toEqual(first);
    });

    test("decide the same from a file that holds what the server sends", async () => {
      const answer = await fetch(`${unleash.url}/client/features`, {
        headers: { authorization: unleash.clientToken },
      });
      const folder = await mkdtemp(join(tmpdir(), "banyan-flags-"));
      const path = join(folder, "flags.json");
      await writeFile(path, await answer.text());
      const filed = createFlags({
        source: { kind: "file", path },
        clock: systemClock,
        logger: silentLogger,
      });
      expect(filed.freshness()).toMatchObject({ state: "fresh", problem: undefined });
      expect(KEYS.map((key) => filed.evaluate("pam.chat", { key }))).toEqual(KEYS.map(chatFor));
      expect(filed.list()).toEqual(flags.list());
      await filed.close();
      await rm(folder, { recursive: true });
    });

    test("come and go", async () => {
      await unleash.createFlag("pam.ws");
      await unleash.enable("pam.ws");
      await expect.poll(() => flags.evaluate("pam.ws", { key: "ada" }), FLIP).toBe("on");
      await unleash.archiveFlag("pam.ws");
      await expect.poll(() => flags.evaluate("pam.ws", { key: "ada" }), FLIP).toBe("absent");
    });

    test("outlive the server, stale, and are fresh when it is back", async () => {
      await unleash.setRollout("pam.chat", 100);
      await expect.poll(() => chatFor("ada"), FLIP).toBe("on");
      await unleash.stop();
      await expect.poll(() => flags.freshness().state, OUTAGE).toBe("stale");
      expect(flags.freshness().problem).toBeDefined();
      expect(chatFor("ada")).toBe("on");
      await unleash.restart();
      await expect.poll(() => flags.freshness().state, OUTAGE).toBe("fresh");
      await unleash.disable("pam.chat");
      await expect.poll(() => chatFor("ada"), FLIP).toBe("off");
    });

    test("with a token that the server does not know say so, and stay empty", async () => {
      const stranger = createFlags({
        source: { kind: "unleash", url: unleash.url, token: "default:development.unknown" },
        clock: systemClock,
        logger: silentLogger,
      });
      await expect.poll(() => stranger.freshness().problem, OUTAGE).toContain("responded 401");
      expect(stranger.freshness().state).toBe("offline");
      expect(stranger.list()).toEqual([]);
      await stranger.close();
    });

    test("report their usage to the server", async () => {
      const before = await unleash.usageOf("pam.chat");
      for (const key of KEYS) chatFor(key);
      await flags.close();
      await expect
        .poll(async () => {
          const usage = await unleash.usageOf("pam.chat");
          return usage.yes + usage.no - before.yes - before.no;
        }, OUTAGE)
        .toBeGreaterThanOrEqual(KEYS.length);
    });
  },
);
