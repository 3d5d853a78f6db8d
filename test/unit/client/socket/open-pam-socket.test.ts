import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  createWarningCollector,
  openPamSocket,
  PamClientError,
  type GetToken,
  type Pam2ChatResponse,
  type PamSocket,
  type PamSocketEvent,
  type PamSocketOptions,
} from "#client/index.ts";
import { createManualTime, type ManualTime } from "#support/manual-scheduler.ts";

import { createFakeNet, type FakeNet, type FakeSocket } from "./fake-web-socket.ts";

const USER = "11111111-1111-4111-8111-111111111111";

let net: FakeNet;
let time: ManualTime;
let socket: PamSocket;
let events: PamSocketEvent[];
beforeEach(() => {
  net = createFakeNet();
  time = createManualTime();
  events = [];
});
afterEach(() => {
  socket.close();
  if (time.pendingTimers > 0) throw new Error("A closed socket left timers behind");
});

function open(options: Partial<PamSocketOptions> = {}): void {
  socket = openPamSocket({
    baseUrl: "https://pam.test",
    userId: USER,
    getToken: () => "t-1",
    WebSocket: net.WebSocket,
    scheduler: time.scheduler,
    random: () => 0.5,
    ...options,
  });
  socket.subscribe((event) => events.push(event));
}

async function openAndWelcome(options?: Partial<PamSocketOptions>): Promise<FakeSocket> {
  open(options);
  const first = await net.nth(1);
  first.welcome();
  return first;
}

/** Everything that promises have left to do. */
const settled = async (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const answer = (text: string) => ({
  type: "chat_response",
  message: text,
  content: text,
  ui_actions: [],
  error: false,
});
const chatsOf = ({ sent }: FakeSocket) =>
  sent.filter(({ type }) => type === "chat").map(({ message }) => message);
const kinds = () => events.map((event) => (event.kind === "state" ? event.state.kind : event.kind));

async function failureOf(call: Promise<Pam2ChatResponse>): Promise<PamClientError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof PamClientError) return error;
  throw new Error("Did not fail as the client fails", { cause: error });
}

describe("connecting", () => {
  test("goes to the user's path, with the token in the query", async () => {
    open({ userId: "a/b", getToken: () => "t&1", baseUrl: "http://pam.test/prefix/" });
    expect(socket.state).toEqual({ kind: "connecting", attempt: 1 });
    const { url } = await net.nth(1);
    expect(url).toBe("ws://pam.test/prefix/api/v1/pam/ws/a%2Fb?token=t%261");
  });

  test("is done with the welcome, and not with the handshake", async () => {
    const first = await openAndWelcome();
    expect(socket.state).toEqual({ kind: "open" });
    expect(first.sent).toEqual([]);
  });

  test("a question waits for the welcome, and the welcome is no answer", async () => {
    open();
    const asked = socket.ask("Hello");
    const first = await net.nth(1);
    expect(chatsOf(first)).toEqual([]);
    first.welcome();
    expect(chatsOf(first)).toEqual(["Hello"]);
    first.frame(answer("Hi"));
    expect(await asked).toMatchObject({ response: "Hi" });
  });

  test("a backend that leaves the welcome out has its first ping taken for one", async () => {
    open();
    const asked = socket.ask("Hello");
    const first = await net.nth(1);
    first.frame({ type: "ping", timestamp: 7 });
    expect(first.sent).toMatchObject([{ type: "chat" }, { type: "pong", timestamp: 7 }]);
    first.frame(answer("Hi"));
    expect((await asked).response).toBe("Hi");
  });

  test("a line on which nothing comes is given up, and dialled again", async () => {
    open();
    const first = await net.nth(1);
    time.advance(10_000);
    expect(first.isClosed()).toBe(true);
    expect(socket.state).toEqual({ kind: "waiting", attempt: 2, delayMs: 500 });
    time.advance(500);
    await net.nth(2);
    // What the first still has to say is not heard.
    first.welcome();
    first.close(4001);
    expect(socket.state).toEqual({ kind: "connecting", attempt: 2 });
  });

  test("a URL that the platform refuses is a failure, and its words go nowhere", async () => {
    open({ userId: "unopenable" });
    await settled();
    time.advance(0);
    expect(socket.state.kind).toBe("waiting");
    expect(JSON.stringify(events)).not.toContain("t-1");
  });
});

describe("questions", () => {
  test("carry the repaired context", async () => {
    const collector = createWarningCollector();
    const first = await openAndWelcome({ onWarning: collector.add });
    const context: Record<string, string> = { travelStyle: "slow" };
    const asked = socket.ask("Hello", { context, session_id: "s-1" });
    expect(first.sent).toEqual([
      {
        type: "chat",
        user_id: USER,
        message: "Hello",
        session_id: "s-1",
        context: { travel_style: "slow", user_id: USER },
      },
    ]);
    expect(collector.groups()).toMatchObject([{ path: "travelStyle" }]);
    first.frame(answer("Hi"));
    await asked;
  });

  test("one that the backend would refuse is not sent", async () => {
    const first = await openAndWelcome();
    const error = await failureOf(socket.ask(" "));
    expect([error.kind, error.mayHaveArrived]).toEqual(["invalid-request", false]);
    expect(first.sent).toEqual([]);
  });

  test("go out one at a time, and each gets its own answer", async () => {
    const first = await openAndWelcome();
    const asked = ["one", "two", "three"].map(async (text) => socket.ask(text));
    expect(chatsOf(first)).toEqual(["one"]);
    for (const text of ["1", "2", "3"]) first.frame(answer(text));
    expect((await Promise.all(asked)).map(({ response }) => response)).toEqual(["1", "2", "3"]);
    expect(chatsOf(first)).toEqual(["one", "two", "three"]);
  });

  test("pushes, pings and unknown frames are no answers", async () => {
    const first = await openAndWelcome();
    const asked = socket.ask("Hello");
    const timer = {
      type: "timer_expired",
      timer_id: "t1",
      label: "Pasta",
      timer_type: "timer",
      message: "Done",
      timestamp: "now",
      notification: { title: "Timer Complete!", body: "Done" },
    };
    const alert = {
      type: "proactive_alert",
      id: "proactive_1",
      timestamp: "now",
      content: { type: "proactive_suggestion", category: "fuel", message: "Low", actions: [] },
    };
    for (const frame of [timer, alert, { type: "context_updated", message: "x" }, "no json"]) {
      first.frame(frame);
    }
    first.frame({ type: "ping", timestamp: "2026-11-22T00:00:00" });
    first.frame({ type: "chunk", content: "x" });
    first.frame(answer("Hi"));
    expect((await asked).response).toBe("Hi");
    expect(first.sent.at(-1)).toEqual({ type: "pong", timestamp: "2026-11-22T00:00:00" });
    expect(events.filter(({ kind }) => kind !== "state")).toEqual([
      { kind: "timer-expired", timer },
      { kind: "proactive-alert", alert },
      { kind: "other-frame", frame: { type: "context_updated", message: "x" } },
      { kind: "other-frame", frame: { type: "chunk", content: "x" } },
    ]);
  });

  test("a refusal ends the question with the backend's code and words", async () => {
    const first = await openAndWelcome();
    const refused = socket.ask("one");
    const limited = socket.ask("two");
    first.frame({ type: "error", message: "Message blocked", error_code: "SECURITY_VIOLATION" });
    first.frame({
      type: "error",
      message: "Rate limit exceeded. Try again in 59 seconds.",
      error_code: "RATE_LIMIT_EXCEEDED",
      rate_limit_info: { remaining: 0, reset_in_seconds: 59, limit_type: "websocket" },
    });
    expect((await failureOf(refused)).failure).toMatchObject({
      kind: "rejected",
      errorCode: "SECURITY_VIOLATION",
      detail: "Message blocked",
    });
    expect(await failureOf(limited)).toMatchObject({ kind: "rate-limited", retryAfterMs: 59_000 });
  });

  test("an error that answers nothing is an event", async () => {
    const first = await openAndWelcome();
    first.frame({ type: "error", message: "Failed to update context" });
    expect(events.at(-1)).toMatchObject({ kind: "refusal", failure: { kind: "rejected" } });
  });

  test("one that is given up keeps its place, so that the next does not get its answer", async () => {
    const first = await openAndWelcome();
    const controller = new AbortController();
    const reason = new Error("The user typed on");
    const given = socket.ask("one", { signal: controller.signal });
    const next = socket.ask("two");
    controller.abort(reason);
    await expect(given).rejects.toBe(reason);
    expect(chatsOf(first)).toEqual(["one"]);
    first.frame(answer("to one"));
    expect(chatsOf(first)).toEqual(["one", "two"]);
    first.frame(answer("to two"));
    expect((await next).response).toBe("to two");
  });

  test("one that is given up before it went out is never sent", async () => {
    const first = await openAndWelcome();
    const controller = new AbortController();
    const one = socket.ask("one");
    const given = socket.ask("two", { signal: controller.signal });
    controller.abort(new Error("no"));
    await expect(given).rejects.toThrow("no");
    first.frame(answer("1"));
    await one;
    expect(chatsOf(first)).toEqual(["one"]);
  });

  test("an answer that does not come costs the connection, for it might come later", async () => {
    const first = await openAndWelcome();
    const late = socket.ask("one");
    const next = socket.ask("two");
    time.advance(25_000);
    first.frame({ type: "ping" });
    time.advance(4_999);
    expect(socket.state.kind).toBe("open");
    time.advance(1);
    const error = await failureOf(late);
    expect([error.kind, error.mayHaveArrived]).toEqual(["timed-out", true]);
    expect(first.isClosed()).toBe(true);
    // The second one's own time to wait is over as well.
    expect(await failureOf(next)).toMatchObject({ kind: "timed-out", mayHaveArrived: false });
    first.frame(answer("to one, too late"));
    expect(socket.state.kind).toBe("waiting");
  });

  test("more than the queue holds are refused at once", async () => {
    open({ policy: { maxQueued: 1 } });
    const waiting = failureOf(socket.ask("one"));
    const error = await failureOf(socket.ask("two"));
    expect([error.failure, error.mayHaveArrived]).toEqual([
      { kind: "queue-full", limit: 1 },
      false,
    ]);
    socket.close();
    expect((await waiting).kind).toBe("closed");
  });
});

describe("a lost connection", () => {
  test("fails the question that was out, and sends the others over the next one", async () => {
    const first = await openAndWelcome();
    const lost = socket.ask("one");
    const kept = socket.ask("two");
    first.close(1012, "restart");
    expect((await failureOf(lost)).failure).toEqual({
      kind: "connection-lost",
      closeCode: 1012,
      reason: "restart",
    });
    time.advance(500);
    const second = await net.nth(2);
    second.welcome();
    expect(chatsOf(second)).toEqual(["two"]);
    second.frame(answer("2"));
    expect((await kept).response).toBe("2");
    expect(kinds()).toEqual(["open", "waiting", "connecting", "open"]);
  });

  test("a close in the place of an answer is a refusal", async () => {
    const first = await openAndWelcome();
    const refused = socket.ask("one");
    first.close(4003, "Security violation");
    expect(await failureOf(refused)).toMatchObject({
      mayHaveArrived: false,
      failure: { kind: "rejected", detail: "Security violation" },
    });
  });

  test("a backend that welcomes and closes is waited for longer each time", async () => {
    open();
    const waits: number[] = [];
    for (const count of [1, 2, 3, 4]) {
      // oxlint-disable-next-line no-await-in-loop -- one connection after the other
      const current = await net.nth(count);
      current.welcome();
      current.close(1011);
      const { state } = socket;
      waits.push(state.kind === "waiting" ? state.delayMs : -1);
      time.advanceToNext();
    }
    expect(waits).toEqual([500, 1000, 2000, 4000]);
  });

  test("one that lived is no failure", async () => {
    const first = await openAndWelcome();
    first.close(1011);
    time.advance(500);
    const second = await net.nth(2);
    second.welcome();
    time.advance(10_000);
    second.close(1006);
    expect(socket.state).toEqual({ kind: "waiting", attempt: 2, delayMs: 500 });
  });

  test("after the last attempt it stops, and a question starts it again", async () => {
    open({ policy: { maxAttempts: 2 } });
    const early = socket.ask("one");
    (await net.nth(1)).close();
    time.advance(500);
    (await net.nth(2)).close();
    expect(socket.state).toEqual({ kind: "stopped", failure: { kind: "unreachable" } });
    expect(await failureOf(early)).toMatchObject({ kind: "unreachable", mayHaveArrived: false });
    const asked = socket.ask("two");
    const third = await net.nth(3);
    third.welcome();
    third.frame(answer("2"));
    expect((await asked).response).toBe("2");
  });

  test("silence is a loss, after a ping of our own went unanswered", async () => {
    const first = await openAndWelcome();
    time.advance(30_000);
    expect(first.sent).toEqual([{ type: "ping" }]);
    first.frame({ type: "pong" });
    time.advance(30_000);
    expect(first.sent).toEqual([{ type: "ping" }, { type: "ping" }]);
    time.advance(30_000);
    expect(first.isClosed()).toBe(true);
    expect(socket.state.kind).toBe("waiting");
  });

  test("connect() does not wait", async () => {
    const first = await openAndWelcome();
    first.close();
    socket.connect();
    socket.connect();
    (await net.nth(2)).welcome();
    await settled();
    expect([socket.state.kind, net.sockets.length]).toEqual(["open", 2]);
    expect(time.pendingTimers).toBe(2);
  });
});

const rejecting: GetToken = async () => Promise.reject(new Error("offline"));
const never: GetToken = async () => new Promise(() => {});

describe("tokens", () => {
  test("a token that is refused is not shown again, and the socket stops", async () => {
    const asked: (string | undefined)[] = [];
    open({ getToken: ({ refusedToken }) => (asked.push(refusedToken), "t-1") });
    const waiting = socket.ask("Hello");
    (await net.nth(1)).close(4001, "Authentication failed: 401: Token expired - please refresh");
    time.advance(500);
    const error = await failureOf(waiting);
    expect(error.failure).toMatchObject({
      kind: "unauthorized",
      detail: "Authentication failed: 401: Token expired - please refresh",
    });
    expect([socket.state.kind, net.sockets.length]).toEqual(["stopped", 1]);
    expect(asked).toEqual([undefined, "t-1"]);
    time.advance(600_000);
    await settled();
    expect(net.sockets).toHaveLength(1);
  });

  test("it goes on with another token, at once after a login", async () => {
    let token = "t-1";
    open({ getToken: () => token });
    (await net.nth(1)).close(4001, "User ID mismatch");
    time.advance(500);
    await settled();
    expect(socket.state.kind).toBe("stopped");
    await expect(socket.ask("Hello")).rejects.toMatchObject({ kind: "unauthorized" });
    token = "t-2";
    const asked = socket.ask("Hello");
    const second = await net.nth(2);
    expect(second.url).toContain("token=t-2");
    second.welcome();
    second.frame(answer("Hi"));
    expect((await asked).response).toBe("Hi");
  });

  test("fresh tokens that are all refused are bounded as other failures are", async () => {
    let count = 0;
    open({ getToken: () => `t-${(count += 1)}`, policy: { maxAttempts: 3 } });
    for (const nth of [1, 2, 3]) {
      // oxlint-disable-next-line no-await-in-loop -- one connection after the other
      (await net.nth(nth)).close(4001, "User ID mismatch");
      time.advanceToNext();
    }
    expect(socket.state).toEqual({ kind: "stopped", failure: { kind: "unreachable" } });
  });

  test.each([() => null, () => ""])("without one nothing is dialled", async (getToken) => {
    open({ getToken });
    expect(await failureOf(socket.ask("Hello"))).toMatchObject({
      kind: "no-token",
      mayHaveArrived: false,
    });
    expect([socket.state.kind, net.sockets]).toEqual(["stopped", []]);
  });

  test.each([rejecting, never])(
    "where it cannot be had it is asked for again",
    async (getToken) => {
      open({ getToken });
      await settled();
      time.advance(10_000);
      await settled();
      expect(["waiting", "connecting"]).toContain(socket.state.kind);
      expect(events.map((event) => event.kind === "state" && event.state.kind)).toContain(
        "waiting",
      );
    },
  );
});

describe("the end", () => {
  test("close() ends every question and every timer, for good", async () => {
    const first = await openAndWelcome();
    const out = failureOf(socket.ask("one"));
    const queued = failureOf(socket.ask("two"));
    socket.close();
    socket.close();
    expect(await out).toMatchObject({ kind: "closed", mayHaveArrived: true });
    expect(await queued).toMatchObject({ kind: "closed", mayHaveArrived: false });
    expect(first.isClosed()).toBe(true);
    socket.connect();
    expect((await failureOf(socket.ask("three"))).kind).toBe("closed");
    expect(kinds()).toEqual(["open", "closed"]);
    expect(time.pendingTimers).toBe(0);
  });

  test("so does its signal, while a token is on its way too", async () => {
    const controller = new AbortController();
    open({ signal: controller.signal });
    controller.abort();
    await settled();
    expect([socket.state, net.sockets]).toEqual([{ kind: "closed" }, []]);
    open({ signal: AbortSignal.abort() });
    expect(socket.state).toEqual({ kind: "closed" });
  });

  test("whoever does not listen any more is not told", async () => {
    open();
    const told: string[] = [];
    const leave = socket.subscribe(({ kind }) => told.push(kind));
    leave();
    (await net.nth(1)).welcome();
    expect(told).toEqual([]);
    expect(kinds()).toEqual(["open"]);
  });
});
