import { once } from "node:events";
import { Agent, createServer, request, type Server } from "node:http";
import { createServer as createNetServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

import { expect, test } from "vitest";
import { WebSocket } from "ws";

import { toNodeCode } from "#platform/errors.ts";
import { listen } from "#platform/listen.ts";
import { signToken } from "#support/sign-token.ts";
import { spawnBanyan } from "#support/spawn-banyan.ts";
import { until } from "#support/until.ts";

interface Answer {
  readonly status: number | undefined;
  readonly connection: string | undefined;
  readonly body: string;
}

/** Sends one request; gives the answer, or the error's code where there was none. */
async function ask(url: URL, agent: Agent): Promise<Answer | string> {
  const outgoing = request(url, { agent });
  outgoing.end();
  try {
    const [response] = await once(outgoing, "response");
    let body = "";
    for await (const chunk of response) body += String(chunk);
    return { status: response.statusCode, connection: response.headers.connection, body };
  } catch (error) {
    return toNodeCode(error);
  }
}

/** An upstream that takes its time, so that requests are under way when the signal comes. */
async function startSlowUpstream(server: Server, holdMs: number): Promise<URL> {
  server.on("request", (_incoming, response) => {
    void delay(holdMs).then(() => response.end("whole"));
  });
  return listen(server, { host: "127.0.0.1", port: 0 });
}

test("SIGTERM under load loses no request and ends the process with 0", async () => {
  await using upstream = createServer();
  const upstreamUrl = await startSlowUpstream(upstream, 20);
  await using banyan = await spawnBanyan({
    LEGACY_URL: upstreamUrl.origin,
    SHUTDOWN_GRACE_MS: "4000",
  });
  const agent = new Agent({ keepAlive: true });
  const answers: (Answer | string)[] = [];
  const url = new URL("/api/v1/pam/anything", banyan.publicUrl);

  async function client(): Promise<void> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- a client asks again when it has its answer
      const answer = await ask(url, agent);
      answers.push(answer);
      if (typeof answer === "string") return;
    }
  }
  const clients = Array.from({ length: 16 }, client);
  await until(() => answers.length > 100);
  const stopped = banyan.stop("SIGTERM");
  await Promise.all(clients);
  agent.destroy();

  expect(await stopped).toBe(0);
  const unanswered = answers.filter((answer) => typeof answer === "string");
  // A refused connection is no lost request: nothing of it had been taken.
  expect(unanswered.filter((code) => code !== "ECONNREFUSED")).toEqual([]);
  const whole = answers.filter((answer) => typeof answer !== "string");
  expect(whole.every(({ status, body }) => status === 200 && body === "whole")).toBe(true);
  expect(whole.at(-1)?.connection).toBe("close");
});

test("while it drains it is not ready, and what is under way is answered in full", async () => {
  await using upstream = createServer();
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  upstream.on("request", (_incoming, response) => {
    arrive();
    void held.then(() => response.end("whole"));
  });
  const upstreamUrl = await listen(upstream, { host: "127.0.0.1", port: 0 });
  await using banyan = await spawnBanyan({ LEGACY_URL: upstreamUrl.origin });
  const agent = new Agent({ keepAlive: true });
  const underWay = ask(new URL("/slow", banyan.publicUrl), agent);
  await arrived;
  const ready = new URL("/readyz", banyan.adminUrl);
  expect((await fetch(ready)).status).toBe(200);

  const stopped = banyan.stop("SIGTERM");
  const report = await until(async () => {
    const answer = await fetch(ready);
    return answer.status === 503 ? JSON.parse(await answer.text()) : undefined;
  });
  expect(report.status).toBe("draining");
  release();
  expect(await underWay).toMatchObject({ status: 200, body: "whole", connection: "close" });
  expect(await stopped).toBe(0);
  agent.destroy();
});

test("open sockets are closed with 1012, as the legacy closes them on a deploy", async () => {
  await using banyan = await spawnBanyan({ SHUTDOWN_GRACE_MS: "3000" });
  const token = await signToken({ sub: "u1" });
  const url = new URL(`/api/v1/pam/ws/u1?token=${token}`, banyan.publicUrl);
  url.protocol = "ws:";
  const sockets = Array.from({ length: 5 }, () => new WebSocket(url));
  await Promise.all(sockets.map(async (socket) => once(socket, "message")));
  const closed = Promise.all(sockets.map(async (socket) => once(socket, "close")));
  const stopped = banyan.stop("SIGTERM");
  const codes = (await closed).map(([code]) => code);
  expect(codes).toEqual([1012, 1012, 1012, 1012, 1012]);
  expect(await stopped).toBe(0);
});

test("what hangs is cut when the grace is over, and the process still ends with 0", async () => {
  await using upstream = createServer(() => {});
  const upstreamUrl = await listen(upstream, { host: "127.0.0.1", port: 0 });
  await using banyan = await spawnBanyan({
    LEGACY_URL: upstreamUrl.origin,
    SHUTDOWN_GRACE_MS: "300",
  });
  const agent = new Agent();
  const arrived = once(upstream, "request");
  const hanging = ask(new URL("/hangs", banyan.publicUrl), agent);
  await arrived;
  expect(await banyan.stop("SIGTERM")).toBe(0);
  expect(await hanging).toBe("ECONNRESET");
  const report = banyan.logLines().find(({ message }) => message === "Stopped");
  expect(report).toMatchObject({ cutRequests: 1, cutSockets: 0 });
});

test("a second signal ends the process at once", async () => {
  await using upstream = createServer(() => {});
  const upstreamUrl = await listen(upstream, { host: "127.0.0.1", port: 0 });
  await using banyan = await spawnBanyan({
    LEGACY_URL: upstreamUrl.origin,
    SHUTDOWN_GRACE_MS: "600000",
  });
  const agent = new Agent();
  const arrived = once(upstream, "request");
  const hanging = ask(new URL("/hangs", banyan.publicUrl), agent);
  await arrived;
  const stopped = banyan.stop("SIGTERM");
  await until(() => banyan.logLines().some(({ message }) => message === "Draining"));
  banyan.child.kill("SIGTERM");
  expect(await stopped).toBe(1);
  expect(await hanging).toBe("ECONNRESET");
});

test("a database that hangs does not hold the end of the process", async () => {
  await using database = createNetServer((connection) => {
    connection.on("error", () => connection.destroy()).resume();
  });
  database.listen(0, "127.0.0.1");
  await once(database, "listening");
  const address = database.address();
  const port = typeof address === "object" ? address?.port : undefined;
  await using banyan = await spawnBanyan({
    DATABASE_URL: `postgres://user@127.0.0.1:${port}/pam?sslmode=disable`,
    SHUTDOWN_GRACE_MS: "1000",
  });
  await banyan.setFlags({ "pam.chat": true });
  const url = new URL("/api/v1/pam/chat", banyan.publicUrl);
  const authorization = `Bearer ${await signToken()}`;
  await until(async () => {
    const answer = await fetch(url, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({ message: "Hello" }),
    });
    await answer.arrayBuffer();
    return answer.headers.get("x-banyan-side") === "native";
  });
  // The turn waits to be written down.
  expect(await banyan.stop("SIGTERM")).toBe(0);
  expect(banyan.logLines()).toContainEqual(
    expect.objectContaining({ message: "A resource did not close in time", resource: "assistant" }),
  );
});
