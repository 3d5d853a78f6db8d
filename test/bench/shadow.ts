import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { stdout } from "node:process";

import type { Answer } from "#delivery/compare/index.ts";
import { createDriftStore } from "#delivery/drift/index.ts";
import { createShadow, type Shadow } from "#delivery/shadow/index.ts";
import { systemClock } from "#platform/clock.ts";
import { systemScheduler } from "#platform/resilience/scheduler.ts";
import { createUpstream } from "#routing/upstream/index.ts";
import { startProxy } from "#support/proxy-fixture.ts";

/*
 * What shadowing costs the replies of the legacy leg: every request sampled, legacy and native in this process, so that
 * the shadow's own work competes with the replies for one thread. `node test/bench/shadow.ts`. Figures of one machine
 * and one run; only their ratios mean something, so they are printed and not asserted.
 */
const CONCURRENCY = 16;
const WARM_UP = 1_000;
const REQUESTS = 6_000;

const BODY = JSON.stringify({ message: "How far is it to Cairns?", context: { page: "chat" } });
const toAnswer = (first: string): string =>
  JSON.stringify({
    response: first,
    actions: [],
    items: Array.from({ length: 40 }, (_, n) => ({ n, name: `item ${n}`, price: 1.5 * n })),
  });

const NATIVE: Answer = {
  status: 200,
  headers: ["content-type", "application/json"],
  body: Buffer.from(toAnswer("It is far")),
};

async function startLegacy(): Promise<{ readonly origin: URL; close(): void }> {
  const text = toAnswer("It is 1,700 km");
  const server = createServer((incoming, response) => {
    incoming.resume().once("end", () => {
      response.writeHead(200, { "content-type": "application/json" }).end(text);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: new URL(`http://127.0.0.1:${port}`),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const createTestShadow = (runNative: () => Promise<Answer>): Shadow =>
  createShadow({
    isSampled: () => true,
    canShadow: () => true,
    runNative,
    drift: createDriftStore({ clock: systemClock }),
    scheduler: systemScheduler,
    pseudonymKey: Buffer.alloc(32),
  });

async function askOnce(port: number, agent: Agent): Promise<number> {
  const startMs = performance.now();
  const sent = request({ port, host: "127.0.0.1", agent, method: "POST", path: "/chat" });
  sent.setHeader("content-type", "application/json").end(BODY);
  const [response]: IncomingMessage[] = await once(sent, "response");
  if (response === undefined) throw new TypeError("No response");
  response.resume();
  await once(response, "end");
  return performance.now() - startMs;
}

async function load(port: number, count: number): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const times: number[] = [];
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      // oxlint-disable-next-line no-await-in-loop -- each worker asks one thing at a time
      times.push(await askOnce(port, agent));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  agent.destroy();
  return times.toSorted((one, other) => one - other);
}

const percentile = (sorted: readonly number[], share: number): string =>
  (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2).padStart(8);

async function measure(name: string, shadow: Shadow | undefined): Promise<void> {
  const legacy = await startLegacy();
  await using proxy = await startProxy({
    upstream: createUpstream({ origin: legacy.origin, clock: systemClock }),
    plan: {
      get tap() {
        return shadow?.exchangeTap({
          requestId: "request",
          routeId: "chat.send",
          cohort: "cohort",
          method: "POST",
          target: "/chat",
          headers: ["content-type", "application/json"],
          isSafe: false,
        });
      },
    },
  });
  await load(proxy.port, WARM_UP);
  const startMs = performance.now();
  const sorted = await load(proxy.port, REQUESTS);
  const perSecond = Math.round((REQUESTS * 1000) / (performance.now() - startMs));
  const counts = shadow?.counts();
  const dropped = Object.entries(counts?.drops ?? {}).filter(([, count]) => count > 0);
  stdout.write(
    `${name.padEnd(16)} p50 ${percentile(sorted, 0.5)} ms  p99 ${percentile(sorted, 0.99)} ms  ${perSecond}/s` +
      (counts === undefined
        ? "\n"
        : `  compared ${counts.compared}, queued ${counts.queued}, hung ${counts.hung}, ` +
          `held ${counts.heldBytes} bytes, dropped ${JSON.stringify(Object.fromEntries(dropped))}\n`),
  );
  await shadow?.close();
  legacy.close();
}

await measure("shadow off", undefined);
await measure(
  "shadow on",
  createTestShadow(async () => Promise.resolve(NATIVE)),
);
await measure(
  "native hanging",
  createTestShadow(async () => new Promise(() => {})),
);
await measure("shadow off again", undefined);
