import { expect, test } from "vitest";

import { isSkipped } from "#support/services.ts";
import { spawnBanyan } from "#support/spawn-banyan.ts";
import { startUnleash, unleashProblem } from "#support/unleash-server.ts";
import { until } from "#support/until.ts";

test.skipIf(isSkipped("a real Unleash server", await unleashProblem()))(
  "a flag switched in Unleash moves a route, and Unleash going away moves nothing",
  async () => {
    await using unleash = await startUnleash();
    await unleash.createFlag("pam.chat.health");
    await using banyan = await spawnBanyan({
      FLAGS_FILE: "",
      UNLEASH_URL: unleash.url,
      UNLEASH_TOKEN: unleash.clientToken,
      UNLEASH_REFRESH_MS: "200",
    });
    const sideOf = async (): Promise<string | null> => {
      const answer = await fetch(new URL("/api/v1/pam/health", banyan.publicUrl));
      await answer.arrayBuffer();
      return answer.headers.get("x-banyan-side");
    };
    const stateOf = async (): Promise<string> => {
      const answer = await fetch(new URL("/api/flags", banyan.adminUrl));
      return JSON.parse(await answer.text()).freshness.state;
    };
    expect(await sideOf()).toBe("legacy");
    await unleash.enable("pam.chat.health");
    await until(async () => (await sideOf()) === "native");
    await unleash.stop();
    await until(async () => (await stateOf()) === "stale", 20_000);
    expect(await sideOf()).toBe("native");
    await unleash.restart();
    await until(async () => (await stateOf()) === "fresh", 20_000);
    await unleash.disable("pam.chat.health");
    await until(async () => (await sideOf()) === "legacy");
    expect(banyan.output()).not.toContain(unleash.clientToken);
  },
);
