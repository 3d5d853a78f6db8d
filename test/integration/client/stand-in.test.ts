/* The client over the platform's own fetch and WebSocket, through the front door, to the legacy's stand-in. */
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket as WsWebSocket } from "ws";

import {
  createPamClient,
  openPamSocket,
  type GetToken,
  type PamClient,
  type PamSocket,
  type PamSocketEvent,
  type PamSocketOptions,
} from "#client/index.ts";
import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import { createTokenSigner } from "#contracts/recordings/sign-token.ts";
import { packageRoot } from "#platform/package-root.ts";
import { createStandIn, DEFAULT_TOKEN_SECRET, type StandIn } from "#stand-in/index.ts";
import { startTestListener, type TestListener } from "#support/test-listener.ts";
import { until } from "#support/until.ts";

const USER = "11111111-1111-4111-8111-111111111111";
const recordings = loadRecordings(join(packageRoot(), "contracts", "recordings"));
const sign = createTokenSigner(DEFAULT_TOKEN_SECRET);
const tokenOf = (sub: string, exp = 4_102_444_800): string =>
  sign({ header: { alg: "HS256" }, claims: { sub, exp }, signature: "valid" });
const asUser: GetToken = () => tokenOf(USER);

let standIn: StandIn;
let legacyUrl: URL;
let front: TestListener;
const opened: PamSocket[] = [];
beforeEach(async () => {
  standIn = createStandIn({ recordings });
  ({ url: legacyUrl } = await standIn.listen({ host: "127.0.0.1", port: 0 }));
  front = await startTestListener({ origin: legacyUrl });
});
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.close();
  await front[Symbol.asyncDispose]();
  await standIn.close();
});

const createClient = (getToken = asUser): PamClient =>
  createPamClient({ baseUrl: front.url, getToken });

function open(options: Partial<PamSocketOptions> = {}): PamSocket {
  const policy = { backoff: { baseMs: 20, capMs: 20 } };
  const all = { baseUrl: front.url, userId: USER, getToken: asUser, policy, ...options };
  const socket = openPamSocket(all);
  opened.push(socket);
  return socket;
}

describe("over REST", () => {
  test("a question is answered", async () => {
    const context = { current_page: "pam_chat", user_location: { lat: -16.9, lng: 145.7 } };
    const answer = await createClient().chat({ user_id: USER, message: "Hello there", context });
    expect(answer).toMatchObject({ type: "chat_response", error: false, ui_actions: [] });
    expect(answer.response).toMatch(/\w/u);
    expect(answer.message_id).toMatch(/^[0-9a-f-]{36}$/u);
    expect(answer.session_id).toBe(answer.conversation_id);
  });

  test("health, speech and savings can be read", async () => {
    const client = createClient();
    expect(await client.health()).toMatchObject({ service: "PAM" });
    expect(["audio", "text"]).toContain((await client.voice({ text: "Hello" })).kind);
    expect(await client.guaranteeStatus()).toMatchObject({ guarantee_met: expect.any(Boolean) });
    expect(await client.recentSavings(5)).toBeInstanceOf(Array);
  });

  test("without a token that the legacy takes it is told so, in the legacy's words", async () => {
    const call = createClient(() => "not.a-token").chat({ user_id: USER, message: "Hello there" });
    await expect(call).rejects.toMatchObject({
      kind: "unauthorized",
      failure: { status: 401, detail: expect.stringContaining("Invalid JWT format") },
    });
  });

  test("what is broken in the legacy is a failure of the server", async () => {
    await expect(createClient().history()).rejects.toMatchObject({
      kind: "server-failed",
      mayHaveArrived: true,
      failure: { status: 500, body: { error: "Internal server error" } },
    });
  });

  test("where nothing listens it is unreachable", async () => {
    const client = createPamClient({ baseUrl: "http://127.0.0.1:1", getToken: asUser });
    await expect(client.health()).rejects.toMatchObject({ kind: "unreachable" });
  });

  test("a call that is aborted ends with its reason", async () => {
    const reason = new Error("The user left");
    const controller = new AbortController();
    const call = createClient().chat(
      { user_id: USER, message: "Hello there" },
      { signal: controller.signal },
    );
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
  });
});

describe.each([
  ["the platform's", globalThis.WebSocket],
  ["ws's", WsWebSocket],
] as const)("over %s WebSocket", (_title, WebSocket) => {
  test("questions are answered in turn", async () => {
    const socket = open({ WebSocket });
    const answers = await Promise.all([
      socket.ask("Hello there"),
      socket.ask("And what is on tomorrow?"),
      socket.ask("Thanks"),
    ]);
    for (const { response, error } of answers) {
      expect(response).toContain("PAM");
      expect(error).toBe(false);
    }
    expect(socket.state.kind).toBe("open");
  });

  test("a timer reaches the page, and no question takes it for its answer", async () => {
    const socket = open({ WebSocket });
    const events: PamSocketEvent[] = [];
    socket.subscribe((event) => events.push(event));
    await socket.ask("Hello there");
    const timer = { user_id: USER, timer_id: "t1", label: "Pasta", timer_type: "timer" };
    await fetch(new URL("/api/v1/pam/internal/notify-timer", front.url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...timer, message: "Done", timestamp: "2026-11-22T00:00:00" }),
    });
    const expired = await until(() => events.find(({ kind }) => kind === "timer-expired"));
    expect(expired).toMatchObject({ timer: { timer_id: "t1", label: "Pasta" } });
  });

  test("a token that the legacy refuses stops it, and another one starts it", async () => {
    let token = tokenOf(USER, 1);
    let asked = 0;
    const socket = open({
      WebSocket,
      getToken() {
        asked += 1;
        return token;
      },
    });
    await expect(socket.ask("Hello there")).rejects.toMatchObject({
      kind: "unauthorized",
      failure: { detail: "Authentication failed: 401: Token expired - please refresh" },
    });
    expect([socket.state.kind, asked]).toEqual(["stopped", 2]);
    token = tokenOf(USER);
    expect((await socket.ask("Hello there")).response).toContain("PAM");
  });

  test("it comes back to a backend that was restarted", async () => {
    const address = { host: "127.0.0.1", port: Number(legacyUrl.port) };
    const socket = open({ WebSocket, baseUrl: legacyUrl });
    const states: string[] = [];
    socket.subscribe((event) => event.kind === "state" && states.push(event.state.kind));
    await socket.ask("Hello there");
    await standIn.close();
    await until(() => socket.state.kind !== "open");
    standIn = createStandIn({ recordings });
    await standIn.listen(address);
    expect((await socket.ask("Hello there")).response).toContain("PAM");
    expect(states).toContain("waiting");
    expect(states.at(-1)).toBe("open");
  });

  test("a front door that drains closes it, and it waits for the next one", async () => {
    const socket = open({ WebSocket });
    await socket.ask("Hello there");
    const drained = front.listener.drain(2000);
    await until(() => socket.state.kind !== "open");
    await drained;
    expect(front.closes).toMatchObject([{ code: 1012 }]);
    expect(["waiting", "connecting"]).toContain(socket.state.kind);
  });
});
