import { once } from "node:events";
import { createServer, type IncomingMessage, request, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as turnOfLoop } from "node:timers/promises";
import { gzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";
import { type RawData, WebSocket } from "ws";

import type { Answer } from "#delivery/compare/index.ts";
import { createDriftStore, type DriftStore } from "#delivery/drift/index.ts";
import {
  createShadow,
  DEFAULT_SHADOW_LIMITS,
  type Shadow,
  type ShadowLimits,
  type ShadowOptions,
  type ShadowSubject,
} from "#delivery/shadow/index.ts";
import { systemClock } from "#platform/clock.ts";
import { systemScheduler } from "#platform/resilience/scheduler.ts";
import { createUpstream } from "#routing/upstream/index.ts";
import { startProxy } from "#support/proxy-fixture.ts";
import { startTunnelFront } from "#support/tunnel-front.ts";
import { until } from "#support/until.ts";
import { startWsUpstream } from "#support/ws-upstream.ts";

const SUBJECT: ShadowSubject = {
  requestId: "request-1",
  routeId: "chat.send",
  cohort: "cohort-1",
  method: "POST",
  target: "/api/v1/pam/chat",
  headers: ["content-type", "application/json"],
  isSafe: false,
};

interface Fixture extends AsyncDisposable {
  readonly url: string;
  readonly shadow: Shadow;
  readonly drift: DriftStore;
}

type Options = Partial<Omit<ShadowOptions, "limits">> & { readonly limits?: Partial<ShadowLimits> };

function createTestShadow({ limits, ...options }: Options): Pick<Fixture, "shadow" | "drift"> {
  const drift = createDriftStore({ clock: systemClock });
  const shadow = createShadow({
    isSampled: () => true,
    canShadow: () => true,
    runNative: async () => new Promise(() => {}),
    drift,
    scheduler: systemScheduler,
    pseudonymKey: Buffer.alloc(32),
    limits: { ...DEFAULT_SHADOW_LIMITS, ...limits },
    ...options,
  });
  return { shadow, drift };
}

/** A legacy, the proxy in front of it, and a shadow that looks on at every request. */
async function start(legacy: RequestListener, options: Options): Promise<Fixture> {
  const server = createServer(legacy).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { shadow, drift } = createTestShadow(options);
  const proxy = await startProxy({
    upstream: createUpstream({ origin: new URL(`http://127.0.0.1:${port}`), clock: systemClock }),
    plan: {
      // Read for each request anew.
      get tap() {
        return shadow.exchangeTap(SUBJECT);
      },
    },
  });
  return {
    url: `http://127.0.0.1:${proxy.port}`,
    shadow,
    drift,
    async [Symbol.asyncDispose]() {
      await shadow.close();
      await proxy[Symbol.asyncDispose]();
      server.closeAllConnections();
      server.close();
    },
  };
}

const answer = (body: string): Answer => ({
  status: 200,
  headers: ["content-type", "application/json"],
  body: Buffer.from(body),
});

const ask = async (url: string, body: string | Buffer = "{}"): Promise<Response> =>
  fetch(url, { method: "POST", body: new Uint8Array(Buffer.from(body)) });

const echo: RequestListener = (incoming, response) => {
  response.setHeader("content-type", "application/json");
  incoming.pipe(response);
};

describe("a native side that hangs for ever", () => {
  const limits = {
    deadlineMs: 5,
    maxQueued: 10,
    maxConcurrent: 2,
    maxHung: 3,
    maxHeldBytes: 20_000,
  };

  test("costs no reply, and what waits for it stays within its bounds", async () => {
    await using fixture = await start(echo, { limits });
    const { shadow, url } = fixture;
    const worst = { queued: 0, running: 0, hung: 0, heldBytes: 0 };
    for (let round = 0; round < 20; round += 1) {
      const bodies = Array.from({ length: 20 }, (_, n) => JSON.stringify({ round, n }));
      // oxlint-disable-next-line no-await-in-loop -- one round after the other
      const replies = await Promise.all(bodies.map(async (body) => (await ask(url, body)).text()));
      expect(replies).toEqual(bodies);
      const counts = shadow.counts();
      worst.queued = Math.max(worst.queued, counts.queued);
      worst.running = Math.max(worst.running, counts.running);
      worst.hung = Math.max(worst.hung, counts.hung);
      worst.heldBytes = Math.max(worst.heldBytes, counts.heldBytes);
    }
    await until(() => shadow.counts().hung >= limits.maxHung);
    await ask(url);
    const { sampled, compared, drops } = shadow.counts();
    expect(sampled).toBe(401);
    expect(compared).toBe(0);
    expect(worst.queued).toBeLessThanOrEqual(limits.maxQueued);
    expect(worst.running).toBeLessThanOrEqual(limits.maxConcurrent);
    expect(worst.hung).toBeLessThanOrEqual(limits.maxHung + limits.maxConcurrent);
    expect(worst.heldBytes).toBeLessThanOrEqual(limits.maxHeldBytes);
    expect(drops.hung + drops["queue-full"] + drops.memory).toBeGreaterThan(300);
  });
});

test("a native side that throws where it should reject costs no reply either", async () => {
  await using fixture = await start(echo, {
    runNative: () => {
      throw new TypeError("a bug");
    },
  });
  expect(await (await ask(fixture.url, '{"a":1}')).text()).toBe('{"a":1}');
  await until(() => fixture.shadow.counts().failed === 1);
});

test("the native side runs after the client has its answer, on the body that the client sent", async () => {
  const order: string[] = [];
  await using fixture = await start(echo, {
    async runNative(_subject, body) {
      order.push(`native ran on ${body.toString()}`);
      await turnOfLoop();
      return answer('{"a":2}');
    },
  });
  const reply = await ask(fixture.url, '{"a":1}');
  expect(await reply.text()).toBe('{"a":1}');
  await until(() => fixture.shadow.counts().compared === 1);
  expect(order).toEqual(['native ran on {"a":1}']);
  const [route] = fixture.drift.snapshot().routes;
  expect(route?.fields.filter(({ field }) => field.startsWith("/body"))).toMatchObject([
    { field: "/body/a", legacy: "1", native: "2" },
  ]);
});

test("a coded answer reaches the client as legacy sent it, and is compared by what it says", async () => {
  const body = gzipSync('{"ok":true}');
  await using fixture = await start(
    (_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(body);
    },
    { runNative: async () => Promise.resolve(answer('{"ok":true}')) },
  );
  const sent = request(fixture.url, { method: "POST" }).end();
  const [response]: IncomingMessage[] = await once(sent, "response");
  expect(Buffer.concat((await response?.toArray()) ?? [])).toEqual(body);
  await until(() => fixture.shadow.counts().compared === 1);
  expect(fixture.drift.snapshot().routes[0]?.fields).toEqual([]);
});

test("a body that is too large to be shadowed passes whole", async () => {
  await using fixture = await start(echo, { limits: { maxRequestBytes: 1_000 } });
  const body = Buffer.alloc(3_000_000, "x");
  const reply = await ask(fixture.url, body);
  expect(Buffer.from(await reply.arrayBuffer()).equals(body)).toBe(true);
  const { drops, heldBytes } = fixture.shadow.counts();
  expect(drops["request-too-large"]).toBe(1);
  expect(heldBytes).toBe(0);
});

test("an answer that the client did not wait for is not compared", async () => {
  await using fixture = await start((_request, response) => {
    response.write("{");
  }, {});
  const controller = new AbortController();
  const reply = await fetch(fixture.url, { signal: controller.signal });
  expect(reply.status).toBe(200);
  controller.abort();
  await until(() => fixture.shadow.counts().drops.incomplete === 1);
  expect(fixture.shadow.counts()).toMatchObject({ heldBytes: 0, queued: 0 });
});

const toText = (data: RawData): string => (Buffer.isBuffer(data) ? data.toString() : "");

async function talk(perMessageDeflate: boolean, shadow: Shadow): Promise<readonly string[]> {
  await using legacy = await startWsUpstream({ perMessageDeflate });
  legacy.server.on("connection", (socket) => {
    socket.send('{"type":"connection"}');
    socket.on("message", (data) => {
      const text = toText(data);
      socket.send(JSON.stringify({ type: "answer", to: text.slice(0, 9) }));
      if (text.startsWith("bye")) socket.close(4001, "bye");
    });
  });
  await using front = await startTunnelFront(legacy.origin, {
    get socketTap() {
      return shadow.socketTap(SUBJECT);
    },
  });
  const client = new WebSocket(`ws://127.0.0.1:${front.port}/ws`, { perMessageDeflate });
  const heard: string[] = [];
  client.on("message", (data) => heard.push(toText(data)));
  await once(client, "open");
  client.send("hello");
  client.send(`bye ${"x".repeat(40_000)}`);
  const [code] = await once(client, "close");
  expect(code).toBe(4001);
  return heard;
}

describe("a conversation through the tunnel", () => {
  const HEARD = [
    '{"type":"connection"}',
    '{"type":"answer","to":"hello"}',
    '{"type":"answer","to":"bye xxxxx"}',
  ];

  const native: Pick<ShadowOptions, "openNative"> = {
    async openNative(_subject, listener) {
      listener.frame('{"type":"connection"}');
      return Promise.resolve({
        send(data) {
          if (data === "hello") listener.frame('{"type":"answer","to":1}');
          else listener.closed(1011);
        },
        close: () => {},
      });
    },
  };

  test.each([
    ["plain", false],
    ["compressed", true],
  ])(
    "in %s frames is had again with native, and what is missing there is told",
    async (_, isCompressed) => {
      const { shadow, drift } = createTestShadow({
        limits: { turnMs: 20, quietMs: 20, settleMs: 1 },
        ...native,
      });
      expect(await talk(isCompressed, shadow)).toEqual(HEARD);
      await until(() => shadow.counts().compared === 1);
      const fields = drift
        .snapshot()
        .routes[0]?.fields.map(({ kinds, field }) => [field, ...kinds]);
      expect(fields?.toSorted()).toEqual([
        ["/close/code", "value"],
        ["/frames/answer", "missing"],
        ["/frames/answer/to", "type"],
      ]);
      expect(shadow.counts()).toMatchObject({ openSockets: 0, heldBytes: 0 });
    },
  );

  test("passes whole where its frames are too large to be compared", async () => {
    const { shadow } = createTestShadow({ limits: { maxFrameBytes: 1_000 }, ...native });
    expect(await talk(true, shadow)).toEqual(HEARD);
    expect(shadow.counts()).toMatchObject({
      openSockets: 0,
      queued: 0,
      heldBytes: 0,
      drops: { "frame-too-large": 1 },
    });
  });
});
