import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createFlipRecorder, createMemoryLedger } from "#delivery/evidence/index.ts";
import { systemClock } from "#platform/clock.ts";
import {
  createFlags,
  createUnleashFlagEditor,
  createUnleashLog,
  type FlagEditor,
} from "#platform/flags/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { createManualTime } from "#support/manual-scheduler.ts";
import { isSkipped } from "#support/services.ts";
import { startUnleash, unleashProblem, type UnleashServer } from "#support/unleash-server.ts";
import { until } from "#support/until.ts";

async function send(address: string, body: object, cookie?: string): Promise<Response> {
  const response = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json", ...(cookie !== undefined && { cookie }) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`Unleash answered ${response.status} to ${address}`);
  return response;
}

/** What a person does in Unleash's own pages, who signs in there. */
async function signIn(url: string): Promise<(path: string, body?: object) => Promise<void>> {
  const login = { username: "admin", password: "unleash4all" };
  const { headers } = await send(`${new URL(url).origin}/auth/simple/login`, login);
  const cookie = headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
  // Unleash answers a moment before it knows the session.
  await until(async () => (await fetch(`${url}/admin/user`, { headers: { cookie } })).ok);
  return async (path, body = {}) => {
    await send(`${url}/admin/projects/default/features${path}`, body, cookie);
  };
}

describe.skipIf(isSkipped("a real Unleash server", await unleashProblem()))(
  "flags changed in a real Unleash server",
  () => {
    let unleash: UnleashServer;
    let editor: FlagEditor;

    beforeAll(async () => {
      unleash = await startUnleash();
      editor = createUnleashFlagEditor({
        url: unleash.url,
        token: unleash.adminToken,
        clientToken: unleash.clientToken,
        fetch,
      });
    });
    afterAll(async () => unleash[Symbol.asyncDispose]());

    test("a flag is made, rolled out, turned off and on again, and says each time what it was", async () => {
      const changes = [];
      for (const setting of [25, 60, "off", "on"] as const) {
        // oxlint-disable-next-line no-await-in-loop -- one change after the other
        changes.push(await editor.set("pam.chat.health", setting, "ada"));
      }
      expect(changes.map(({ from, to }) => [from, to])).toEqual([
        ["not set", "25 % by userId in group pam"],
        ["25 % by userId in group pam", "60 % by userId in group pam"],
        ["60 % by userId in group pam", "never (disabled)"],
        ["never (disabled)", "always"],
      ]);
    });

    test("clients are told of what was changed", async () => {
      await editor.set("pam.legacy-only", "on", "ada");
      const response = await fetch(`${unleash.url}/client/features`, {
        headers: { authorization: unleash.clientToken },
      });
      expect(JSON.stringify(await response.json())).toContain('"name":"pam.legacy-only"');
    });

    test("what a person flips in Unleash itself is written down with their name, and what was ordered here is not again", async () => {
      const source = { kind: "unleash", url: unleash.url, token: unleash.clientToken } as const;
      const flags = createFlags({ source, clock: systemClock, logger: silentLogger });
      await flags.ready(10_000);
      const ledger = createMemoryLedger();
      const log = createUnleashLog({
        url: unleash.url,
        token: unleash.adminToken,
        clientToken: unleash.clientToken,
        fetch,
      });
      const begun = Promise.withResolvers<void>();
      const time = createManualTime();
      const recorder = createFlipRecorder({
        flags,
        log: { ...log, after: async (id) => log.after(id).finally(begun.resolve) },
        ledger,
        isOwn: (flag) => flag.startsWith("pam."),
        routeOf: () => "*",
        buildId: "b1",
        clock: systemClock,
        logger: silentLogger,
        scheduler: time.scheduler,
      });
      const flips = async () => ledger.latest({ kinds: ["flip"], limit: 100 });
      try {
        await begun.promise;
        const change = await editor.set("pam.tts", 10, "ada");
        const ordered = { routeId: "*", buildId: "b1", atMs: Date.now(), by: "ada" };
        await ledger.append({ kind: "flip", ...ordered, ...change });
        const post = await signIn(unleash.url);
        await post("", { name: "pam.ws", type: "release" });
        await post("/pam.ws/environments/development/strategies", {
          name: "flexibleRollout",
          parameters: { rollout: "30", stickiness: "userId", groupId: "pam" },
          constraints: [],
        });
        await post("/pam.ws/environments/development/on");
        await post("/pam.tts/environments/development/off");
        await until(() => flags.list().some(({ name }) => name === "pam.ws"));
        time.advance(5_000);
        await until(async () => (await flips()).length > 4);
        expect(
          (await flips())
            .toReversed()
            .map((entry) =>
              entry.kind === "flip" ? [entry.by, entry.flag, entry.from, entry.to] : [],
            ),
        ).toEqual([
          ["ada", "pam.tts", "not set", "10 % by userId in group pam"],
          ["admin", "pam.ws", "not set", "never (disabled)"],
          ["admin", "pam.ws", "no such strategy", "30 % by userId in group pam"],
          ["admin", "pam.ws", "never (disabled)", "enabled"],
          ["admin", "pam.tts", "enabled", "never (disabled)"],
        ]);
      } finally {
        await recorder.close();
        await flags.close();
      }
    });
  },
);
