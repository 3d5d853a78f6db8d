import { brotliCompressSync, deflateRawSync, gzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import type { Answer } from "#delivery/compare/index.ts";
import { createDriftStore, type RouteDrift } from "#delivery/drift/index.ts";
import {
  createShadow,
  DEFAULT_SHADOW_LIMITS,
  type Shadow,
  type ShadowLimits,
  type ShadowOptions,
  type ShadowSubject,
} from "#delivery/shadow/index.ts";
import type { RawHeaders } from "#routing/upstream/index.ts";
import { createManualTime } from "#support/manual-scheduler.ts";
import { until } from "#support/until.ts";
import { encodeClosePayload, encodeFrame, OPCODE } from "#support/websocket-peer.ts";

const SUBJECT: ShadowSubject = {
  requestId: "request-1",
  routeId: "chat.send",
  cohort: "cohort-1",
  method: "POST",
  target: "/api/v1/pam/chat",
  headers: ["content-type", "application/json"],
  isSafe: false,
};

const answer = (body: unknown, status = 200): Answer => ({
  status,
  headers: [],
  body: Buffer.from(JSON.stringify(body)),
});

type Options = Partial<Omit<ShadowOptions, "limits">> & { readonly limits?: Partial<ShadowLimits> };

function createFixture({ limits, ...options }: Options = {}) {
  const time = createManualTime();
  const drift = createDriftStore({ clock: time.clock });
  const asked: string[] = [];
  const shadow = createShadow({
    isSampled: () => true,
    canShadow: () => true,
    async runNative(_subject, body) {
      asked.push(body.toString());
      return Promise.resolve(answer({ ok: true }));
    },
    drift,
    scheduler: time.scheduler,
    pseudonymKey: Buffer.alloc(32),
    limits: { ...DEFAULT_SHADOW_LIMITS, ...limits },
    ...options,
  });
  return {
    shadow,
    time,
    asked,
    routeDrift: (): RouteDrift | undefined => drift.snapshot().routes[0],
    /** Lets jobs run until nothing of them is left. */
    drain: async (stepMs = 0): Promise<void> => {
      await until(() => {
        const { queued, running } = shadow.counts();
        time.advance(stepMs);
        return queued + running === 0;
      });
    },
  };
}

interface Exchange {
  readonly request?: string;
  readonly headers?: RawHeaders;
  readonly body?: Buffer;
  readonly isComplete?: boolean;
  readonly subject?: Partial<ShadowSubject>;
}

const USUAL: Required<Exchange> = {
  request: "{}",
  headers: [],
  body: Buffer.from('{"ok":true}'),
  isComplete: true,
  subject: {},
};

/** One exchange with legacy as a tap sees it; false where there was none. */
function pass(shadow: Shadow, exchange: Exchange = {}): boolean {
  const { request, headers, body, isComplete, subject } = { ...USUAL, ...exchange };
  const tap = shadow.exchangeTap({ ...SUBJECT, ...subject });
  if (tap === undefined) return false;
  tap.requestBytes(Buffer.from(request.slice(0, 1)));
  tap.requestBytes(Buffer.from(request.slice(1)));
  tap.answerHead(200, headers);
  tap.answerBytes(body.subarray(0, 3));
  tap.answerBytes(body.subarray(3));
  tap.ended(isComplete);
  return true;
}

describe("an exchange", () => {
  test("is run natively with the body that the client sent, and compared", async () => {
    const { shadow, asked, drain, routeDrift } = createFixture();
    pass(shadow, { request: '{"message":"hi"}' });
    await drain();
    expect(asked).toEqual(['{"message":"hi"}']);
    expect(routeDrift()).toMatchObject({ compared: 1, clean: 1, fields: [] });
    expect(shadow.counts()).toMatchObject({ sampled: 1, compared: 1, heldBytes: 0 });
  });

  test("that differs is kept as an example with its effects", async () => {
    const { shadow, drain, routeDrift } = createFixture({
      async runNative(_subject, _body, { effects }) {
        effects.record("database", "insert into conversations");
        return Promise.resolve(answer({ ok: false }));
      },
    });
    pass(shadow);
    await drain();
    expect(routeDrift()?.fields).toMatchObject([{ field: "/body/ok", raw: 1 }]);
    expect(routeDrift()?.examples).toMatchObject([
      {
        requestId: "request-1",
        request: { method: "POST", body: "{}" },
        effects: [{ kind: "database", summary: "insert into conversations" }],
      },
    ]);
  });

  test("is not run where it is not of the sample, and not captured where it would have effects", () => {
    const { shadow } = createFixture({ isSampled: (_route, cohort) => cohort === "chosen" });
    expect(pass(shadow)).toBe(false);
    expect(pass(shadow, { subject: { cohort: "chosen" } })).toBe(true);
    const open = createFixture({ canShadow: () => false }).shadow;
    expect(pass(open)).toBe(false);
    expect(open.counts().drops["not-contained"]).toBe(1);
  });

  test("in which native would change something that legacy refused to differs", async () => {
    const { shadow, drain, routeDrift } = createFixture({
      async runNative(_subject, _body, { effects }) {
        effects.record("mail", "to somebody");
        return Promise.resolve(answer({ ok: true }, 422));
      },
    });
    const tap = shadow.exchangeTap(SUBJECT);
    tap?.answerHead(422, []);
    tap?.answerBytes(Buffer.from('{"ok":true}'));
    tap?.ended(true);
    await drain();
    expect(routeDrift()?.fields).toMatchObject([{ field: "/effects", kinds: ["effect"] }]);
  });

  test("that native fails at is drift, and shows no secret of the failure", async () => {
    const { shadow, drain, routeDrift } = createFixture({
      runNative: async () => Promise.reject(new Error("no row for ada@lovelace.example")),
    });
    pass(shadow);
    await drain();
    expect(routeDrift()).toMatchObject({ failed: 1, clean: 0 });
    expect(routeDrift()?.fields).toMatchObject([
      { kinds: ["failed"], native: "no row for user@example.com" },
    ]);
  });

  test("that native never answers is drift after its deadline, and a late answer changes nothing", async () => {
    const late = Promise.withResolvers<Answer>();
    const asked = Promise.withResolvers<void>();
    const { shadow, time, routeDrift } = createFixture({
      async runNative() {
        asked.resolve();
        return late.promise;
      },
    });
    pass(shadow);
    time.advance(0);
    await asked.promise;
    time.advance(DEFAULT_SHADOW_LIMITS.deadlineMs);
    expect(shadow.counts().failed).toBe(1);
    expect(shadow.counts()).toMatchObject({ hung: 1, running: 0 });
    late.resolve(answer({ ok: true }));
    await until(() => shadow.counts().hung === 0);
    expect(routeDrift()).toMatchObject({ compared: 1, failed: 1 });
    expect(shadow.counts().heldBytes).toBe(0);
  });
});

describe("a coded answer", () => {
  const json = Buffer.from('{"ok":true}');
  test.each([
    ["gzip", gzipSync(json)],
    ["br", brotliCompressSync(json)],
    ["GZIP", gzipSync(json)],
    ["identity", json],
  ])("of %s is compared by what it says", async (coding, body) => {
    const { shadow, drain, routeDrift } = createFixture();
    pass(shadow, { headers: ["Content-Encoding", coding], body });
    await drain();
    expect(routeDrift()).toMatchObject({ compared: 1, fields: [] });
  });

  test("of native is undone as well", async () => {
    const { shadow, drain, routeDrift } = createFixture({
      runNative: async () =>
        Promise.resolve({
          status: 200,
          headers: ["content-encoding", "gzip"],
          body: gzipSync(json),
        }),
    });
    pass(shadow);
    await drain();
    expect(routeDrift()).toMatchObject({ compared: 1, fields: [] });
  });

  test.each([
    ["that comes out without end", gzipSync(Buffer.alloc(20_000_000))],
    ["that is none", json],
  ])("%s is dropped", async (_, body) => {
    const { shadow, drain, asked } = createFixture();
    pass(shadow, { headers: ["content-encoding", "gzip"], body });
    await drain();
    expect(shadow.counts().drops.undecodable).toBe(1);
    expect(asked).toEqual([]);
    expect(shadow.counts().heldBytes).toBe(0);
  });
});

describe("what is too much is dropped, counted and not held", () => {
  const limits = { maxRequestBytes: 10, maxAnswerBytes: 20, maxHeldBytes: 25 };
  test.each([
    ["request-too-large", { request: "x".repeat(11) }],
    ["answer-too-large", { body: Buffer.alloc(21) }],
    ["memory", { request: "x".repeat(10), body: Buffer.alloc(16) }],
    ["memory", { headers: ["x".repeat(30), ""] }],
    ["incomplete", { isComplete: false }],
  ] as const)("%s", (reason, exchange) => {
    const { shadow } = createFixture({ limits });
    pass(shadow, exchange);
    const { drops, heldBytes, queued } = shadow.counts();
    expect(drops[reason]).toBe(1);
    expect([heldBytes, queued]).toEqual([0, 0]);
  });

  test("and what is held is bounded over all requests", () => {
    const { shadow } = createFixture({ limits: { maxHeldBytes: 100 } });
    for (let time = 0; time < 1_000; time += 1) pass(shadow);
    const { drops, heldBytes, queued } = shadow.counts();
    expect(heldBytes).toBeLessThanOrEqual(100);
    expect(drops.memory + queued).toBe(1_000);
  });

  test("what is kept is a copy, because the memory of what passed is used again", async () => {
    const { shadow, asked, drain } = createFixture();
    const chunk = Buffer.from("{}");
    const tap = shadow.exchangeTap(SUBJECT);
    tap?.requestBytes(chunk);
    chunk.fill("x");
    tap?.answerHead(200, []);
    tap?.ended(true);
    await drain();
    expect(asked).toEqual(["{}"]);
  });
});

describe("the baseline", () => {
  const readBack: Partial<ShadowSubject> = { isSafe: true, method: "GET" };

  test("comes from asking legacy again, and tells what varies by itself", async () => {
    let count = 0;
    const { shadow, drain, routeDrift } = createFixture({
      askLegacy: async () => Promise.resolve(answer({ ok: (count += 1) })),
      runNative: async () => Promise.resolve(answer({ ok: (count += 1) })),
    });
    for (let time = 0; time < 40; time += 1) {
      pass(shadow, { subject: readBack });
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that none is dropped
      await drain();
    }
    expect(routeDrift()).toMatchObject({ compared: 40, baselines: 40 });
    expect(routeDrift()?.fields).toMatchObject([{ field: "/body/ok", verdict: "noise" }]);
  });

  test("is asked for safe requests of its sample only", async () => {
    let asked = 0;
    const { shadow, drain } = createFixture({
      async askLegacy() {
        asked += 1;
        return Promise.resolve(answer({ ok: true }));
      },
      isBaselineSampled: (routeId) => routeId === "chat.history",
    });
    pass(shadow, { subject: { routeId: "chat.history" } });
    pass(shadow, { subject: readBack });
    await drain();
    expect(asked).toBe(0);
    pass(shadow, { subject: { ...readBack, routeId: "chat.history" } });
    await drain();
    expect(asked).toBe(1);
  });

  test("that fails spoils nothing", async () => {
    const { shadow, drain, routeDrift } = createFixture({
      askLegacy: async () => Promise.reject(new Error("gone")),
    });
    pass(shadow, { subject: readBack });
    await drain();
    expect(shadow.counts()).toMatchObject({ baselineFailures: 1, compared: 1, failed: 0 });
    expect(routeDrift()?.clean).toBe(1);
  });
});

const KEY = Buffer.from([9, 8, 7, 6]);

const fromClient = (value: object): Buffer =>
  encodeFrame({ payload: JSON.stringify(value), maskingKey: KEY });

const compressed = (payload: Buffer, maskingKey?: Buffer): Buffer =>
  encodeFrame({ payload, maskingKey, isCompressed: true });
const deflated = (value: object): Buffer => deflateRawSync(JSON.stringify(value));

const fromServer = (value: object): Buffer => encodeFrame({ payload: JSON.stringify(value) });

/** A native side that greets and answers each frame, or does not. */
const speaking = (answersWith: object | undefined): Pick<ShadowOptions, "openNative"> => ({
  async openNative(_subject, listener, { effects }) {
    queueMicrotask(() => {
      listener.frame('{"type":"connection"}');
    });
    return Promise.resolve({
      send(data) {
        effects.record("ai", `asked ${String(data)}`);
        if (answersWith !== undefined) listener.frame(JSON.stringify(answersWith));
      },
      close: () => {},
    });
  },
});

describe("a conversation", () => {
  const SOCKET: ShadowSubject = { ...SUBJECT, routeId: "ws.socket", method: "GET" };

  function talk(shadow: Shadow): boolean {
    const tap = shadow.socketTap(SOCKET);
    tap?.fromUpstream(fromServer({ type: "connection" }));
    tap?.fromClient(fromClient({ type: "chat", message: "hi" }));
    tap?.fromUpstream(fromServer({ type: "chat_response", content: "Hello" }));
    tap?.fromClient(
      encodeFrame({ opcode: OPCODE.close, payload: encodeClosePayload(1000), maskingKey: KEY }),
    );
    tap?.ended();
    return tap !== undefined;
  }

  test("is had with native turn by turn, and its transcripts are compared", async () => {
    const fixture = createFixture(speaking({ type: "chat_response", content: "Good day" }));
    expect(talk(fixture.shadow)).toBe(true);
    await fixture.drain(50);
    expect(fixture.routeDrift()).toMatchObject({ compared: 1, clean: 1, fields: [] });
    expect(fixture.shadow.counts()).toMatchObject({ heldBytes: 0, openSockets: 0 });
  });

  test("in which native is silent shows what is missing, with what was said on both sides", async () => {
    const fixture = createFixture({ ...speaking(undefined), limits: { turnMs: 100 } });
    talk(fixture.shadow);
    await fixture.drain(50);
    expect(fixture.routeDrift()?.fields).toMatchObject([
      { field: "/frames/chat_response", kinds: ["missing"] },
    ]);
    expect(fixture.routeDrift()?.examples[0]).toMatchObject({
      kind: "conversation",
      legacy: { frames: [{}, { from: "client" }, { text: expect.stringContaining("Hello") }] },
      native: { frames: [{ text: '{"type":"connection"}' }, { from: "client" }] },
      effects: [{ kind: "ai" }],
    });
  });

  test("that native does not open is drift", async () => {
    const fixture = createFixture({ openNative: async () => Promise.reject(new Error("no")) });
    talk(fixture.shadow);
    await fixture.drain(50);
    expect(fixture.routeDrift()).toMatchObject({ failed: 1 });
  });

  test("is not listened to where native cannot have one", () => {
    expect(createFixture().shadow.socketTap(SOCKET)).toBeUndefined();
  });

  describe("whose frames are compressed", () => {
    test("is compared by what they say", async () => {
      const fixture = createFixture(speaking({ type: "chat_response", content: "Good day" }));
      const tap = fixture.shadow.socketTap(SOCKET);
      tap?.fromUpstream(compressed(deflated({ type: "connection" })));
      tap?.fromClient(compressed(deflated({ type: "chat", message: "hi" }), KEY));
      tap?.fromUpstream(compressed(deflated({ type: "chat_response", content: 7 })));
      // What they may refer back to is held as well.
      expect(fixture.shadow.counts().heldBytes).toBeGreaterThan(150);
      tap?.ended();
      await fixture.drain(50);
      expect(fixture.routeDrift()?.fields).toMatchObject([
        { field: "/frames/chat_response/content", kinds: ["type"] },
      ]);
      expect(fixture.shadow.counts()).toMatchObject({ compared: 1, heldBytes: 0, openSockets: 0 });
    });

    test.each([
      { reason: "compressed", what: "broken", payload: Buffer.from([0xff, 0xff, 0xff]) },
      { reason: "frame-too-large", what: "endless", payload: deflateRawSync(Buffer.alloc(1e7)) },
      {
        reason: "memory",
        what: "for which there is no room",
        payload: deflated({ a: 1 }),
        limits: { maxHeldBytes: 5 },
      },
      {
        reason: "memory",
        what: "whose window has no room",
        payload: deflateRawSync("x".repeat(600)),
        limits: { maxHeldBytes: 500 },
      },
    ] as const)("$what is dropped as $reason", ({ reason, payload, limits = {} }) => {
      const { shadow } = createFixture({ ...speaking(undefined), limits });
      const tap = shadow.socketTap(SOCKET);
      tap?.fromUpstream(compressed(payload));
      tap?.fromUpstream(compressed(deflated({ type: "connection" })));
      tap?.ended();
      const { drops, openSockets, heldBytes, queued } = shadow.counts();
      expect(drops[reason]).toBe(1);
      expect([openSockets, heldBytes, queued]).toEqual([0, 0, 0]);
    });
  });

  test.each([
    ["malformed", Buffer.from("HTTP/1.1 200 OK\r\n\r\n")],
    ["frame-too-large", encodeFrame({ payload: "x".repeat(65_537) })],
  ] as const)("of which something is %s is dropped, and no longer looked at", (reason, bytes) => {
    const { shadow } = createFixture(speaking(undefined));
    const tap = shadow.socketTap(SOCKET);
    tap?.fromUpstream(bytes);
    tap?.fromUpstream(fromServer({ type: "connection" }));
    tap?.ended();
    const { drops, openSockets, heldBytes, queued } = shadow.counts();
    expect(drops[reason]).toBe(1);
    expect([openSockets, heldBytes, queued]).toEqual([0, 0, 0]);
  });

  test("that goes on for long is compared by its beginning, and holds no more than that", () => {
    const { shadow } = createFixture({
      ...speaking(undefined),
      limits: { maxFrames: 5, maxTranscriptBytes: 1_000 },
    });
    const tap = shadow.socketTap(SOCKET);
    for (let n = 0; n < 1_000; n += 1) tap?.fromUpstream(fromServer({ type: "ping", n }));
    const { openSockets, queued, heldBytes } = shadow.counts();
    expect([openSockets, queued]).toEqual([0, 1]);
    expect(heldBytes).toBeLessThan(1_000);
    tap?.ended();
    expect(shadow.counts().queued).toBe(1);
  });

  test("is listened to only as long as few others are", () => {
    const { shadow } = createFixture({ ...speaking(undefined), limits: { maxSockets: 2 } });
    const taps = Array.from({ length: 5 }, () => shadow.socketTap(SOCKET));
    for (const tap of taps) tap?.fromUpstream(fromServer({ type: "connection" }));
    expect(shadow.counts()).toMatchObject({
      sampled: 5,
      openSockets: 2,
      drops: { "too-many-sockets": 3 },
    });
    for (const tap of taps) tap?.ended();
    expect(shadow.counts()).toMatchObject({ openSockets: 0, queued: 2 });
    shadow.socketTap(SOCKET)?.fromUpstream(fromServer({ type: "connection" }));
    expect(shadow.counts().openSockets).toBe(1);
  });

  test("whose handshake legacy refuses takes nobody's place", () => {
    const { shadow } = createFixture({ ...speaking(undefined), limits: { maxSockets: 2 } });
    for (let time = 0; time < 10; time += 1) shadow.socketTap(SOCKET);
    expect(shadow.counts()).toMatchObject({ sampled: 0, openSockets: 0 });
    talk(shadow);
    expect(shadow.counts()).toMatchObject({ sampled: 1, queued: 1 });
  });
});

test("a shadow that is closed takes nothing more and waits for nobody", async () => {
  const { shadow, time } = createFixture({ runNative: async () => new Promise(() => {}) });
  const open = shadow.exchangeTap(SUBJECT);
  pass(shadow);
  time.advance(0);
  await shadow.close();
  expect(pass(shadow)).toBe(false);
  open?.answerHead(200, []);
  open?.ended(true);
  expect(shadow.counts()).toMatchObject({ queued: 0, drops: { closing: 1 } });
});
