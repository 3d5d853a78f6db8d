import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import { createTokenSigner } from "#contracts/recordings/sign-token.ts";
import { listen } from "#platform/listen.ts";
import { packageRoot } from "#platform/package-root.ts";
import { DEFAULT_TOKEN_SECRET } from "#stand-in/index.ts";
import { documentedMetrics, shownMetrics } from "#support/documented-metrics.ts";
import { openWire } from "#support/raw-http.ts";
import { toRequestBytes } from "#support/recorded-exchange.ts";
import { signToken } from "#support/sign-token.ts";
import { type SpawnedBanyan, spawnBanyan } from "#support/spawn-banyan.ts";
import { until } from "#support/until.ts";

const USER = "11111111-1111-4111-8111-111111111111";

async function sideOf(banyan: SpawnedBanyan, path = "/api/v1/pam/health"): Promise<string | null> {
  const answer = await fetch(new URL(path, banyan.publicUrl));
  await answer.arrayBuffer();
  return answer.headers.get("x-banyan-side");
}

async function overriddenSideOf(banyan: SpawnedBanyan, adminToken: string): Promise<string | null> {
  const answer = await fetch(new URL("/api/v1/pam/health", banyan.publicUrl), {
    headers: { "x-banyan-override": "native", "x-banyan-admin-token": adminToken },
  });
  await answer.arrayBuffer();
  return answer.headers.get("x-banyan-side");
}

function openSocket(
  banyan: SpawnedBanyan,
  token: string,
  path = `/api/v1/pam/ws/${USER}`,
): WebSocket {
  const url = new URL(`${path}?token=${token}`, banyan.publicUrl);
  url.protocol = "ws:";
  return new WebSocket(url);
}

async function nextFrame(socket: WebSocket): Promise<{ readonly type: string }> {
  const [data] = await once(socket, "message");
  return JSON.parse(String(data));
}

describe("with nothing set but ports and flags", () => {
  let banyan: SpawnedBanyan;
  let token: string;
  beforeAll(async () => {
    banyan = await spawnBanyan({
      ADMIN_TOKEN: "an-admin-token-0123456789",
      // Every line, because one of the tests below reads them all.
      ACCESS_LOG_PER_SECOND: "1000000",
    });
    token = await signToken();
  });
  afterAll(async () => banyan[Symbol.asyncDispose]());

  test("the start says where it is and what to try", () => {
    const text = banyan.output();
    expect(text).toContain(`public   ${banyan.publicUrl.origin}`);
    expect(text).toContain(`admin    ${banyan.adminUrl.origin}`);
    expect(text).toContain(`curl -i ${banyan.publicUrl.origin}/api/v1/pam/health`);
    expect(text).toMatch(/npx node -e 'new WebSocket\("ws:/u);
    expect(text).toContain(`${banyan.adminUrl.origin}/   the dashboard`);
  });

  test("a chat goes to the legacy and comes back as the legacy's", async () => {
    const answer = await fetch(new URL("/api/v1/pam/chat", banyan.publicUrl), {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: '{"message": "Hello there"}',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-banyan-side")).toBe("legacy");
    expect(answer.headers.get("x-banyan-stand-in")).toBe("recorded");
    expect(await answer.json()).toMatchObject({ response: expect.any(String), tokens_used: null });
  });

  test("a path that no row names is answered by the legacy", async () => {
    const answer = await fetch(new URL("/api/v1/pam/nope", banyan.publicUrl));
    expect([answer.status, await answer.json()]).toEqual([404, { detail: "Not Found" }]);
  });

  test("a socket opens, speaks first, and answers a ping", async () => {
    const socket = openSocket(banyan, token);
    expect((await nextFrame(socket)).type).toBe("connection");
    socket.send('{"type":"ping"}');
    expect((await nextFrame(socket)).type).toBe("pong");
    socket.close(1000);
    await once(socket, "close");
  });

  test("a socket with a token that is none is accepted, then closed with 4001", async () => {
    const socket = openSocket(banyan, "no-token");
    const [code] = await once(socket, "close");
    expect(code).toBe(4001);
  });

  test("an upgrade to a path that is no socket is refused as the legacy refuses it", async () => {
    const socket = openSocket(banyan, token, "/api/v1/pam/health");
    const [, response] = await once(socket, "unexpected-response");
    expect(response.statusCode).toBe(403);
  });

  test("a route flips to its native side and back while it is used", async () => {
    expect(await sideOf(banyan)).toBe("legacy");
    await banyan.setFlags({ "pam.chat.health": true });
    await until(async () => (await sideOf(banyan)) === "native");
    await banyan.setFlags({ "pam.chat.health": true, "pam.legacy-only": true });
    await until(async () => (await sideOf(banyan)) === "legacy");
    await banyan.setFlags({ "pam.chat": true });
    await until(async () => (await sideOf(banyan)) === "native");
    await banyan.setFlags({});
    await until(async () => (await sideOf(banyan)) === "legacy");
  });

  test("a partial rollout gives one caller one side, and different callers both", async () => {
    await banyan.setFlags({ "pam.chat.health": 50 });
    const sideFor = async (subject: string): Promise<string | null> => {
      const answer = await fetch(new URL("/api/v1/pam/health", banyan.publicUrl), {
        headers: { authorization: `Bearer ${await signToken({ sub: subject })}` },
      });
      await answer.arrayBuffer();
      return answer.headers.get("x-banyan-side");
    };
    const subjects = Array.from({ length: 40 }, (_, index) => `subject-${index}`);
    await until(async () => {
      const { flags } = JSON.parse(
        await (await fetch(new URL("/api/flags", banyan.adminUrl))).text(),
      );
      return flags.length === 1;
    });
    const sides = await Promise.all(subjects.map(sideFor));
    expect(new Set(sides)).toEqual(new Set(["legacy", "native"]));
    expect(await Promise.all(subjects.map(sideFor))).toEqual(sides);
    await banyan.setFlags({});
    await until(async () => (await sideOf(banyan)) === "legacy");
  });

  test("a broken flags file keeps the last good state and is spoken of", async () => {
    await banyan.setFlags({ "pam.chat.health": true });
    await until(async () => (await sideOf(banyan)) === "native");
    const { writeFile } = await import("node:fs/promises");
    await writeFile(banyan.flagsFile, '{"version":2,"features":[{"name":7}]}');
    const flags = await until(async () => {
      const answer = await fetch(new URL("/api/flags", banyan.adminUrl));
      const body = JSON.parse(await answer.text());
      return body.freshness.problem === undefined ? undefined : body;
    });
    expect(flags.freshness.problem).toContain("features[0].name");
    expect(await sideOf(banyan)).toBe("native");
    await banyan.setFlags({});
    await until(async () => (await sideOf(banyan)) === "legacy");
  });

  test("an operator with the admin token sends one request to the other side", async () => {
    expect(await overriddenSideOf(banyan, "an-admin-token-0123456789")).toBe("native");
    expect(await overriddenSideOf(banyan, "another-token-0123456789")).toBe("legacy");
  });

  test("the admin listener explains what the public one does, and is not seen on it", async () => {
    const explained = await fetch(new URL("/api/explain", banyan.adminUrl), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ method: "GET", path: "/api/v1/pam/health", headers: {} }),
    });
    expect(await explained.json()).toMatchObject({
      route: { id: "chat.health" },
      decision: { side: "legacy", reason: "no-flag" },
    });
    for (const path of ["/metrics", "/healthz", "/readyz", "/api/routes", "/api/flags"]) {
      // oxlint-disable-next-line no-await-in-loop -- a handful of questions
      expect((await fetch(new URL(path, banyan.publicUrl))).status).toBe(404);
    }
  });

  test("metrics count what went where", async () => {
    const text = await (await fetch(new URL("/metrics", banyan.adminUrl))).text();
    expect(text).toMatch(
      /compat_route_decisions_total\{concern="chat",route="chat.health",side="native",reason="override"\} 1/u,
    );
    expect(text).toMatch(
      /http_server_request_duration_seconds_bucket\{.*http_route="\/api\/v1\/pam\/chat"/u,
    );
  });

  test("the documentation has every metric that is shown, and no other", async () => {
    const text = await (await fetch(new URL("/metrics", banyan.adminUrl))).text();
    expect(shownMetrics(text)).toEqual(documentedMetrics("metrics"));
  });

  test("no token of any recorded exchange stands in anything that was printed", async () => {
    const recordings = loadRecordings(join(packageRoot(), "contracts/recordings"));
    const sign = createTokenSigner(DEFAULT_TOKEN_SECRET);
    const options = { host: "pam.example", tokens: recordings.tokens, sign };
    for (const recording of recordings.http) {
      // oxlint-disable-next-line no-await-in-loop -- one connection after the other
      await using wire = await openWire(Number(banyan.publicUrl.port));
      wire.write(toRequestBytes(recording, options));
      // oxlint-disable-next-line no-await-in-loop
      await wire.read({ isBodiless: recording.request.method === "HEAD" });
    }
    await fetch(new URL(`/api/v1/pam/health?token=${token}`, banyan.publicUrl));
    await until(() => banyan.logLines().length > recordings.http.length);
    const secrets = [
      token,
      "an-admin-token-0123456789",
      USER,
      ...Object.values(recordings.tokens).map(sign),
    ];
    const printed = banyan.output();
    expect(secrets.filter((secret) => printed.includes(secret))).toEqual([]);
    // Nor any part of one that says who it is for, or proves it.
    const parts = secrets.flatMap((secret) => secret.split(".")).filter((part) => part.length > 30);
    expect(parts.filter((part) => printed.includes(part))).toEqual([]);
  });
});

test("events of a stream arrive one by one, and a client that leaves cancels it upstream", async () => {
  const { promise: cancelled, resolve: cancel } = Promise.withResolvers<void>();
  const { promise: asked, resolve: ask } = Promise.withResolvers<(text: string) => void>();
  await using upstream = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: 1\n\n");
    response.once("close", () => cancel());
    ask((text) => response.write(text));
  });
  const url = await listen(upstream, { host: "127.0.0.1", port: 0 });
  await using banyan = await spawnBanyan({ LEGACY_URL: url.origin });
  const leaving = new AbortController();
  const answer = await fetch(new URL("/api/v1/pam/anything", banyan.publicUrl), {
    signal: leaving.signal,
  });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toBe("data: 1\n\n");
  // The second event is sent only when the first has been read, so neither can have been held back.
  (await asked)("data: 2\n\n");
  expect((await reader?.read())?.value).toBe("data: 2\n\n");
  leaving.abort();
  await cancelled;
});
