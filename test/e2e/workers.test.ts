import { once } from "node:events";
import { createServer, request, type Server } from "node:http";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

import { listen } from "#platform/listen.ts";
import { documentedMetrics, shownMetrics } from "#support/documented-metrics.ts";
import { postgresProblem, startPostgres } from "#support/postgres.ts";
import { redisProblem, startRedis } from "#support/redis-server.ts";
import { isSkipped } from "#support/services.ts";
import { signToken } from "#support/sign-token.ts";
import { type LogLine, type SpawnedBanyan, spawnBanyan } from "#support/spawn-banyan.ts";
import { until } from "#support/until.ts";

const SECRET = "the-internal-secret";
const HEALTH = "/api/v1/pam/health";
const EVENTS = "/api/v1/pam/savings/events";

interface Answer {
  readonly status: number | undefined;
  readonly side: string | undefined;
  readonly connection: string | undefined;
  readonly body: string;
}

/** Asks over a connection of its own: connections are dealt out to the workers in turn. */
async function ask(url: URL, token?: string, signal?: AbortSignal): Promise<Answer> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const outgoing = request(url, { agent: false, headers, ...(signal && { signal }) });
  outgoing.end();
  const [response] = await once(outgoing, "response");
  let body = "";
  for await (const chunk of response) body += String(chunk);
  const { statusCode: status } = response;
  const { connection, "x-banyan-side": side } = response.headers;
  return { status, side, connection, body };
}

/** A legacy that answers everything at once, and `/slow` when it is released. */
interface Legacy {
  readonly server: Server;
  readonly url: URL;
  readonly arrived: () => number;
  readonly release: () => void;
}

async function startLegacy(): Promise<Legacy> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let arrived = 0;
  const server = createServer((incoming, response) => {
    incoming.resume();
    if (incoming.url?.startsWith("/slow") !== true) {
      response.end("whole");
      return;
    }
    arrived += 1;
    void released.then(() => response.end("whole"));
  });
  const url = await listen(server, { host: "127.0.0.1", port: 0 });
  return { server, url, arrived: () => arrived, release };
}

const named = (banyan: SpawnedBanyan, message: string): readonly LogLine[] =>
  banyan.logLines().filter((line) => line.message === message);

/** Samples by name and labels, of counters and histograms only. */
async function readCounters(banyan: SpawnedBanyan): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(new URL("/metrics", banyan.adminUrl))).text();
  const samples = new Map<string, number>();
  let isCounter = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("# TYPE")) isCounter = / (counter|histogram)$/u.test(line);
    const [, name = "", value = ""] = /^([^#].*) (\S+)$/u.exec(line) ?? [];
    if (isCounter && name !== "") samples.set(name, Number(value));
  }
  return samples;
}

const sumOf = (samples: ReadonlyMap<string, number>, wanted: string): number =>
  [...samples].reduce((sum, [name, value]) => (name.startsWith(wanted) ? sum + value : sum), 0);

async function requestsOf(banyan: SpawnedBanyan, routeId: string): Promise<number> {
  const rows: unknown = await (await fetch(new URL("/api/routes", banyan.adminUrl))).json();
  if (!Array.isArray(rows)) throw new TypeError("No rows");
  const { legacy, native } = rows.find(({ id }) => id === routeId).statistics;
  return (legacy?.totalRequests ?? 0) + (native?.totalRequests ?? 0);
}

/** Who logged decisions for this reason, as soon as both workers did. */
function workersOf(banyan: SpawnedBanyan, wanted: string): ReadonlySet<unknown> | undefined {
  const lines = banyan.logLines().filter(({ reason }) => reason === wanted);
  const workers = new Set(lines.map(({ worker }) => worker));
  return workers.size === 2 ? workers : undefined;
}

const problem = redisProblem() ?? postgresProblem();

describe.skipIf(isSkipped("Redis and Postgres", problem))("two workers", () => {
  const owned = new AsyncDisposableStack();
  let banyan: SpawnedBanyan;
  let legacy: Legacy;
  let shared: Readonly<Record<string, string>>;

  beforeAll(async () => {
    const [redis, postgres, upstream] = await Promise.all([
      startRedis(),
      startPostgres(),
      startLegacy(),
    ]);
    owned.use(redis);
    owned.use(postgres);
    owned.use(upstream.server);
    legacy = upstream;
    shared = {
      WORKERS: "2",
      REDIS_URL: redis.url,
      // Without a table: whoever asks it fails.
      DATABASE_URL: `${postgres.url}?sslmode=disable`,
      LEGACY_URL: upstream.url.origin,
      INTERNAL_API_SECRET: SECRET,
      ACCESS_LOG_PER_SECOND: "100000",
      SHUTDOWN_GRACE_MS: "4000",
    };
    banyan = owned.use(await spawnBanyan(shared));
  });
  afterAll(async () => owned.disposeAsync());

  test("both answer, and the primary has counted every request", async () => {
    const url = new URL(HEALTH, banyan.publicUrl);
    await Promise.all(Array.from({ length: 40 }, async () => ask(url)));

    const samples = await readCounters(banyan);
    expect(sumOf(samples, "http_server_request_duration_seconds_count")).toBe(40);
    expect(sumOf(samples, "compat_route_decisions_total")).toBe(40);
    expect(await requestsOf(banyan, "chat.health")).toBe(40);
    const lines = await until(() => {
      const found = named(banyan, "Request answered");
      return found.length >= 40 && found;
    });
    expect(new Set(lines.map(({ worker }) => worker))).toEqual(new Set([1, 2]));
    const ready = await (await fetch(new URL("/readyz", banyan.adminUrl))).text();
    expect(ready).toContain("2 of 2 workers listen");
  });

  test("the documentation has every metric that is shown, and no other", async () => {
    const text = await (await fetch(new URL("/metrics", banyan.adminUrl))).text();
    const documented = [...documentedMetrics("metrics"), ...documentedMetrics("more-metrics")];
    expect(shownMetrics(text)).toEqual(documented.toSorted());
  });

  test("a flip reaches both", async () => {
    const url = new URL(HEALTH, banyan.publicUrl);
    await banyan.setFlags({ "pam.chat.health": true });
    await until(async () => {
      const answers = await Promise.all(Array.from({ length: 6 }, async () => ask(url)));
      return answers.every(({ side }) => side === "native");
    });
    const native = await until(() => workersOf(banyan, "route-flag"));
    expect(native).toEqual(new Set([1, 2]));
    await banyan.setFlags({ "pam.chat.health": true, "pam.legacy-only": true });
    await until(async () => {
      const answers = await Promise.all(Array.from({ length: 6 }, async () => ask(url)));
      return answers.every(({ side }) => side === "legacy");
    });
    const stopped = await until(() => workersOf(banyan, "kill-switch"));
    expect(stopped).toEqual(new Set([1, 2]));
  });

  test("a timer that one is told of reaches the sockets of a user on both", async () => {
    await banyan.setFlags({ "pam.ws": true });
    await until(async () => {
      const rows = await (await fetch(new URL("/api/flags", banyan.adminUrl))).text();
      return rows.includes('"pam.ws"');
    });
    const token = await signToken({ sub: "u1" });
    const url = new URL(`/api/v1/pam/ws/u1?token=${token}`, banyan.publicUrl);
    url.protocol = "ws:";
    const told: string[][] = [[], [], [], []];
    const sockets = told.map((messages) => {
      const socket = new WebSocket(url);
      socket.on("message", (data: Buffer) => messages.push(data.toString()));
      return socket;
    });
    await until(() => told.every((messages) => messages.length > 0));
    const notify = new URL("/api/v1/pam/internal/notify-timer", banyan.publicUrl);
    const answer = await fetch(notify, {
      method: "POST",
      headers: { "content-type": "application/json", "x-internal-secret": SECRET },
      body: JSON.stringify({
        user_id: "u1",
        timer_id: "t1",
        label: "tea",
        timer_type: "timer",
        message: "The tea is ready",
        timestamp: "2026-01-01T00:00:00",
      }),
    });
    expect(answer.status).toBe(200);
    await until(() => told.every((messages) => messages.some((text) => text.includes("tea"))));

    const opened = await until(() => {
      const found = named(banyan, "Socket opened");
      return found.length === told.length && found;
    });
    expect(new Set(opened.map(({ worker }) => worker))).toEqual(new Set([1, 2]));
    for (const socket of sockets) socket.close();
    await until(() => named(banyan, "Socket closed").length === told.length);
  });

  test("one that is killed is replaced, and no counter falls", async () => {
    const before = await readCounters(banyan);
    const [first] = named(banyan, "A worker listens");
    process.kill(Number(first?.["pid"]), "SIGKILL");
    await until(() => named(banyan, "A worker listens").length === 3);
    const after = await readCounters(banyan);
    const fallen = [...before].filter(([name, value]) => (after.get(name) ?? 0) < value);
    expect(fallen).toEqual([]);

    const url = new URL(HEALTH, banyan.publicUrl);
    await Promise.all(Array.from({ length: 10 }, async () => ask(url)));
    const counted = "http_server_request_duration_seconds_count";
    expect(sumOf(await readCounters(banyan), counted) - sumOf(before, counted)).toBe(10);
  });

  test("a trip found in the requests of both stops both", async () => {
    await banyan.setFlags({ "pam.analytics.savings-events": 50 });
    const url = new URL(EVENTS, banyan.publicUrl);
    const tokens = await Promise.all(
      Array.from({ length: 60 }, async (_, index) =>
        signToken({ sub: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}` }),
      ),
    );
    await until(async () => {
      await Promise.all(tokens.map(async (token) => ask(url, token)));
      return named(banyan, "The guard tripped").length > 0;
    }, 30_000);
    const stopped = await until(async () => {
      await Promise.all(tokens.map(async (token) => ask(url, token)));
      return workersOf(banyan, "guard-tripped");
    });
    // One of the first two was killed, and the third stands in its place.
    expect(stopped).toContain(3);
  }, 60_000);

  test("one that hangs is found out and replaced, and the other answers meanwhile", async () => {
    const url = new URL(HEALTH, banyan.publicUrl);
    const hangs = "A worker hangs: it is silent, and is killed";
    const before = named(banyan, "A worker listens");
    const stopped = before.at(-1);
    process.kill(Number(stopped?.["pid"]), "SIGSTOP");
    let answered = 0;
    const patience = new AbortController();
    const asked = Array.from({ length: 8 }, async () => {
      await ask(url, undefined, patience.signal);
      answered += 1;
    });
    const settled = Promise.allSettled(asked);
    // It is handed one connection, and no more before it has taken that.
    await until(() => answered === 7);
    expect(named(banyan, hangs)).toEqual([]);

    await until(() => named(banyan, "A worker listens").length === before.length + 1, 30_000);
    const found = named(banyan, hangs);
    expect(found).toMatchObject([
      { worker: stopped?.["worker"], pid: stopped?.["pid"], isListening: true },
    ]);
    // The one that was on its way to it was lost, and nobody tells its client.
    patience.abort();
    await settled;
    const answers = await Promise.all(Array.from({ length: 6 }, async () => ask(url)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  }, 60_000);

  test("SIGTERM lets both finish what is under way, and ends all with 0", async () => {
    const underWay = Array.from({ length: 4 }, async () => ask(new URL("/slow", banyan.publicUrl)));
    await until(() => legacy.arrived() === 4);
    const stopped = banyan.stop("SIGTERM");
    await until(async () => (await fetch(new URL("/readyz", banyan.adminUrl))).status === 503);
    legacy.release();
    for (const answer of await Promise.all(underWay)) {
      expect(answer).toMatchObject({ status: 200, body: "whole", connection: "close" });
    }
    expect(await stopped).toBe(0);
    const [report] = named(banyan, "Stopped");
    expect(report).toMatchObject({ cutRequests: 0, cutSockets: 0 });
    expect(named(banyan, "A worker did not end in time")).toEqual([]);
  });

  test("one whose primary is gone finishes what is under way", async () => {
    const slow = await startLegacy();
    owned.use(slow.server);
    await using other = await spawnBanyan({ ...shared, LEGACY_URL: slow.url.origin });
    // Its outputs are its workers', too: they are closed when the last of them has ended.
    const allEnded = once(other.child, "close");
    const underWay = Array.from({ length: 2 }, async () => ask(new URL("/slow", other.publicUrl)));
    await until(() => slow.arrived() === 2);
    await other.stop("SIGKILL");
    slow.release();
    for (const answer of await Promise.all(underWay)) {
      expect(answer).toMatchObject({ status: 200, body: "whole" });
    }
    await allEnded;
  });
});
