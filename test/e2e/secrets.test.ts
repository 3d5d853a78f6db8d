import { expect, test } from "vitest";

import { signToken, TOKEN_SECRET } from "#support/sign-token.ts";
import { spawnBanyan } from "#support/spawn-banyan.ts";
import { until } from "#support/until.ts";

/* docs/security.md, "At the edge": what is said there of secrets and of callers. */

const SETTINGS = {
  ADMIN_TOKEN: "marked-admin-token-0123",
  INTERNAL_API_SECRET: "marked-internal-secret-0123",
  ANTHROPIC_API_KEY: "marked-anthropic-key",
  OPENAI_API_KEY: "marked-openai-key",
  // Nobody listens there: what is told of the failures is looked at, too.
  ANTHROPIC_BASE_URL: "http://127.0.0.1:1",
  OPENAI_BASE_URL: "http://127.0.0.1:1",
  REDIS_URL: "redis://:marked-redis-word@127.0.0.1:1",
  DATABASE_URL: "postgres://user:marked-postgres-word@127.0.0.1:1/pam",
  LOG_LEVEL: "trace",
};
const USER = "22222222-2222-4222-8222-222222222222";
const READABLE = ["/metrics", "/readyz", "/api/routes", "/api/flags", "/api/snapshot"];
const MORE_READABLE = ["/api/census", "/api/evidence", "/api/drift", "/api/routes/chat.send"];

test("no secret and no caller stands in logs, metrics or on the admin side", async () => {
  await using banyan = await spawnBanyan(SETTINGS);
  await banyan.setFlags({ "pam.chat.send": true, "pam.chat.history": true });
  const flagsUrl = new URL("/api/flags", banyan.adminUrl);
  await until(async () => (await (await fetch(flagsUrl)).text()).includes("pam.chat.history"));

  const token = await signToken({ sub: USER, email: "marked@person.example" });
  const authorization = `Bearer ${token}`;
  const ask = async (target: string, options: RequestInit = {}): Promise<string> => {
    const response = await fetch(new URL(target, banyan.publicUrl), options);
    return response.text();
  };
  const answers = await Promise.all([
    ask("/api/v1/pam/chat", {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({ user_id: USER, message: "marked words of a user" }),
    }),
    ask(`/api/v1/pam/history?access_token=${token}`, {
      headers: { authorization: `${authorization}x`, "x-request-id": token },
    }),
    ask(`/nowhere/${token}/marked@person.example?key=marked-query`, {
      headers: { "user-agent": 'marked-agent"}{"level":"fatal' },
    }),
    ask("/api/v1/pam/health", {
      headers: { "x-banyan-override": "native", "x-banyan-admin-token": "marked-wrong-token" },
    }),
    ask("/api/v1/pam/health", {
      headers: {
        "x-banyan-override": "native",
        "x-banyan-admin-token": SETTINGS.ADMIN_TOKEN,
        "x-forwarded-for": "198.51.100.77",
      },
    }),
  ]);
  const shown = await Promise.all(
    [...READABLE, ...MORE_READABLE].map(async (path) => {
      const response = await fetch(new URL(path, banyan.adminUrl));
      expect([path, response.status]).not.toEqual([path, 404]);
      return response.text();
    }),
  );
  expect(await banyan.stop()).toBe(0);

  expect(banyan.logLines().filter(({ message }) => message === "Request answered")).toHaveLength(5);
  const everything = [banyan.output(), ...shown, ...answers].join("\n");
  const [, payload = "", signature = ""] = token.split(".");
  const unspeakable = ["marked", "198.51.100.77", USER, TOKEN_SECRET, payload, signature];
  const found = unspeakable.map((text) => {
    const at = everything.indexOf(text);
    return at === -1 ? "" : everything.slice(Math.max(0, at - 200), at + 100);
  });
  expect(found.filter((context) => context !== "")).toEqual([]);
});
