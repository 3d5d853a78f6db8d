import { once } from "node:events";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";

import { createPrimary } from "#cli/serve/workers/create-primary.ts";
import { runWorker } from "#cli/serve/workers/run-worker.ts";
import { driftSnapshotSchema } from "#delivery/drift/index.ts";
import { type Config, loadConfig } from "#platform/config/load-config.ts";
import { listen } from "#platform/listen.ts";
import { createLogger } from "#platform/logger.ts";
import type { PrimaryLink, StartWorker } from "#platform/workers/index.ts";
import { signToken, TOKEN_SECRET } from "#support/sign-token.ts";
import { until } from "#support/until.ts";

const HEALTH = "/api/v1/pam/health";

const rowsSchema = z.array(
  z.object({
    id: z.string(),
    statistics: z.object({ native: z.object({ openSockets: z.number() }).nullable() }),
  }),
);

const ignore = (): void => {};
const exit = (status: number): never => {
  throw new Error(`exit ${status}`);
};

/** Workers of the real kind in this very process, each at a port of its own, linked by copies of what they say. */
interface InProcess {
  readonly startWorker: StartWorker;
  readonly urls: readonly URL[];
  /** Who has said that it lives, once for each time. */
  readonly lifeSigns: readonly number[];
  /** Cuts all links, as if the primary were gone, and waits for what the workers make of that. */
  cut(): Promise<void>;
}

function createInProcess(config: Config, log: (line: string) => void): InProcess {
  const urls: URL[] = [];
  const lifeSigns: number[] = [];
  const running: Promise<void>[] = [];
  const goneListeners: (() => void)[] = [];
  const logger = createLogger({ level: "info", write: log });
  const startWorker: StartWorker = (events) => {
    const workerId = running.length + 1;
    let listener: (message: unknown) => void = ignore;
    let isCut = false;
    const link: PrimaryLink = {
      workerId,
      send(message, onSent) {
        setImmediate(() => {
          if ("kind" in message && message.kind === "listening" && "url" in message) {
            urls.push(new URL(String(message.url)));
          }
          if ("kind" in message && message.kind === "alive") lifeSigns.push(workerId);
          if (!isCut) events.message(structuredClone(message));
          onSent?.();
        });
      },
      onMessage(given) {
        listener = given;
      },
      onGone(given) {
        goneListeners.push(() => {
          isCut = true;
          given();
        });
      },
    };
    const end = (how: string): void => void setImmediate(() => events.ended(how));
    const run = runWorker({ config, version: "0.0.0", link, logger, exit }).then(
      () => end("status 0"),
      () => end("status 2"),
    );
    running.push(run);
    return {
      id: workerId,
      pid: undefined,
      send: (message) => {
        setImmediate(() => {
          if (!isCut) listener(structuredClone(message));
        });
      },
      kill: () => events.ended("signal SIGKILL"),
    };
  };
  return {
    startWorker,
    urls,
    lifeSigns,
    async cut() {
      for (const tell of goneListeners) tell();
      await Promise.all(running);
    },
  };
}

async function setUp(environment: Readonly<Record<string, string>> = {}) {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtempDisposable(join(tmpdir(), "banyan-workers-"));
  stack.use(folder);
  const flagsFile = join(folder.path, "flags.json");
  const setFlags = async (names: readonly string[]): Promise<void> => {
    const strategies = [{ name: "default", parameters: {} }];
    const features = names.map((name) => ({ name, type: "release", enabled: true, strategies }));
    await writeFile(flagsFile, JSON.stringify({ version: 2, features }));
  };
  await setFlags([]);
  const upstream = createServer((incoming, response) => {
    incoming.resume();
    if (incoming.url !== "/slow") response.end("whole");
  });
  stack.use(upstream);
  const legacyUrl = await listen(upstream, { host: "127.0.0.1", port: 0 });
  const config = loadConfig({
    WORKERS: "2",
    // Nobody is there: what is shared is away, and nothing here waits for it.
    REDIS_URL: "redis://127.0.0.1:1",
    DATABASE_URL: "postgres://nobody@127.0.0.1:1/none?sslmode=disable",
    EVIDENCE_FILE: join(folder.path, "evidence.jsonl"),
    PORT: "0",
    ADMIN_PORT: "0",
    FLAGS_FILE: flagsFile,
    LEGACY_URL: legacyUrl.origin,
    SUPABASE_JWT_SECRET: TOKEN_SECRET,
    SHUTDOWN_GRACE_MS: "2000",
    ...environment,
  });
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);
  const workers = createInProcess(config, log);
  const logger = createLogger({ level: "info", write: log });
  const open = async () =>
    createPrimary({ config, logger, version: "0.0.0", startWorker: workers.startWorker });
  const owned = stack.move();
  return {
    open,
    workers,
    setFlags,
    upstream,
    lines,
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  };
}

const sideOf = async (url: URL): Promise<string | null> => {
  const answer = await fetch(new URL(HEALTH, url));
  await answer.arrayBuffer();
  return answer.headers.get("x-banyan-side");
};

test("two workers answer, and the primary shows and steers the whole", async () => {
  await using stage = await setUp();
  const { open, workers, setFlags } = stage;
  const service = await open();
  const read = async (path: string): Promise<string> =>
    (await fetch(new URL(path, service.adminUrl))).text();
  for (const url of workers.urls) {
    // oxlint-disable-next-line no-await-in-loop -- one worker after the other
    expect(await sideOf(url)).toBe("legacy");
    // oxlint-disable-next-line no-await-in-loop -- see above
    expect(await sideOf(url)).toBe("legacy");
  }
  const metrics = await read("/metrics");
  expect(metrics).toContain(
    'compat_route_decisions_total{concern="chat",route="chat.health",side="legacy",reason="no-flag"} 4',
  );
  expect(metrics).toContain('banyan_workers{state="listening"} 2');
  const rows: unknown = JSON.parse(await read("/api/routes"));
  expect(rows).toContainEqual(
    expect.objectContaining({
      id: "chat.health",
      statistics: { legacy: expect.objectContaining({ totalRequests: 4 }), native: null },
    }),
  );
  expect(await read("/readyz")).toContain("2 of 2 workers listen");

  await setFlags(["pam.chat.health"]);
  for (const url of workers.urls) {
    // oxlint-disable-next-line no-await-in-loop -- one worker after the other
    await until(async () => (await sideOf(url)) === "native");
  }
  expect(await service.drain()).toEqual({ cutRequests: 0, cutSockets: 0 });
  await service.close();
});

test("sockets of both are counted while they are open, and closed by a drain", async () => {
  await using stage = await setUp();
  const { open, workers, setFlags } = stage;
  await setFlags(["pam.ws"]);
  const service = await open();
  const openSockets = async (): Promise<number> => {
    const answer = await fetch(new URL("/api/routes", service.adminUrl));
    const row = rowsSchema.parse(await answer.json()).find(({ id }) => id === "ws.socket");
    return row?.statistics.native?.openSockets ?? 0;
  };
  const token = await signToken({ sub: "u1" });
  const sockets = workers.urls.map((base) => {
    const url = new URL(`/api/v1/pam/ws/u1?token=${token}`, base);
    url.protocol = "ws:";
    return new WebSocket(url);
  });
  await Promise.all(sockets.map(async (socket) => once(socket, "open")));
  await until(async () => (await openSockets()) === 2);
  const closed = Promise.all(sockets.map(async (socket) => once(socket, "close")));
  expect(await service.drain()).toEqual({ cutRequests: 0, cutSockets: 0 });
  expect((await closed).map(([code]) => code)).toEqual([1012, 1012]);
  await service.close();
});

test("what the shadows of both found is shown as one, with examples", async () => {
  await using stage = await setUp();
  const { open, workers, setFlags } = stage;
  await setFlags(["pam.chat.shadow"]);
  const service = await open();
  const readRoutes = async () => {
    const answer = await fetch(new URL("/api/drift?route=chat.health", service.adminUrl));
    return driftSnapshotSchema.parse(await answer.json()).routes;
  };
  await Promise.all(workers.urls.map(sideOf));
  const [route] = await until(async () => {
    const routes = await readRoutes();
    return routes[0]?.compared === 2 && routes;
  });
  expect(route?.examples[0]).toMatchObject({
    kind: "exchange",
    id: "1",
    legacy: { body: "whole" },
  });
  const shown = await until(async () => {
    const text = await (await fetch(new URL("/api/snapshot", service.adminUrl))).text();
    return text.includes('"shadow":{"sampled":2,"compared":2') && text;
  });
  expect(shown).toContain('"shadow":{"sampled":2,"compared":2');
  await service.drain();
  await service.close();
});

test("a drain that runs out of its grace says what all had to cut", async () => {
  await using stage = await setUp({ SHUTDOWN_GRACE_MS: "300" });
  const { open, workers, upstream } = stage;
  const service = await open();
  let arrived = 0;
  upstream.on("request", () => {
    arrived += 1;
  });
  const hanging = workers.urls.map(async (url) => {
    const outgoing = request(new URL("/slow", url), { agent: false });
    outgoing.end();
    await once(outgoing, "response").catch(() => undefined);
  });
  await until(() => arrived === 2);
  expect(await service.drain()).toEqual({ cutRequests: 2, cutSockets: 0 });
  await Promise.all(hanging);
  await service.close();
});

test("a worker with nothing to do says again and again that it lives", async () => {
  await using stage = await setUp();
  const { open, workers, lines } = stage;
  const service = await open();
  for (const id of [1, 2]) {
    // oxlint-disable-next-line no-await-in-loop -- one worker after the other
    await until(() => workers.lifeSigns.filter((workerId) => workerId === id).length >= 2);
  }
  expect(lines.filter((line) => line.includes("was ignored"))).toEqual([]);
  await service.drain();
  await service.close();
});

test("workers whose primary is gone drain and end by themselves", async () => {
  await using stage = await setUp();
  const { open, workers, lines } = stage;
  const service = await open();
  await workers.cut();
  const told = lines.filter((line) => line.includes("The primary is gone"));
  expect(told.length).toBe(2);
  await service.close();
});

test("a port that is taken ends the start with its reason, and nothing stays open", async () => {
  await using taken = createServer();
  const { port } = await listen(taken, { host: "127.0.0.1", port: 0 });
  await using stage = await setUp({ PORT: port });
  const { open } = stage;
  await expect(open()).rejects.toThrow(
    `Cannot run the workers: Cannot listen on 127.0.0.1:${port}`,
  );
});
