import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { afterEach, expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";

import type { Conversation, Turn } from "#contract-suite/cases/case.ts";
import type { Difference } from "#contract-suite/compare/difference.ts";
import { expectationSchema } from "#contract-suite/expectation/expectation.ts";
import { createCaseContext } from "#contract-suite/run/case-context.ts";
import { runConversation } from "#contract-suite/run/run-conversation.ts";

/** Plays grammars against a server that says what the test wants. */
const servers: WebSocketServer[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    for (const client of server.clients) client.terminate();
    server.close();
  }
});

async function play(
  onConnection: (socket: WebSocket) => void,
  turns: readonly Turn[],
  refusal?: Conversation["refusal"],
): Promise<readonly Difference[]> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  servers.push(server);
  server.on("connection", onConnection);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { differences } = await runConversation(
    { kind: "conversation", target: "/ws", headers: [], refusal, turns },
    {
      http: { send: async () => Promise.reject(new Error("Nobody asks")), close: async () => {} },
      socketBase: new URL(`ws://127.0.0.1:${port}`),
      side: "legacy",
      isExact: true,
      patience: { answerMs: 200, quietMs: 50 },
    },
    createCaseContext({
      tokens: {},
      sign: () => "",
      takeAddress: () => "10.0.0.1",
      takeUser: () => "u",
    }),
  );
  return differences;
}

const say =
  (...frames: readonly string[]) =>
  (socket: WebSocket): void => {
    for (const frame of frames) socket.send(frame);
  };

const expectFrame = (quantity: "one" | "many" | "optional", type: string): Turn => ({
  kind: "expect",
  quantity,
  frame: { expectation: expectationSchema.parse({ type }) },
});

const leave: Turn = { kind: "leave", code: 1000, reason: "", listens: true };
const [A, B] = ['{"type":"a"}', '{"type":"b"}'];

test.each([
  ["one", [A], [expectFrame("one", "a"), leave]],
  ["many", [A, A, A], [expectFrame("many", "a"), leave]],
  ["many and then another", [A, A, B], [expectFrame("many", "a"), expectFrame("one", "b"), leave]],
  ["optional, and there", [A, B], [expectFrame("optional", "a"), expectFrame("one", "b"), leave]],
  ["optional, and not there", [B], [expectFrame("optional", "a"), expectFrame("one", "b"), leave]],
  ["nothing", [], [leave]],
] as const)("%s holds", async (_, frames, turns) => {
  expect(await play(say(...frames), turns)).toEqual([]);
});

test.each([
  ["one frame too many", { frames: [A, A], turns: [expectFrame("one", "a"), leave] }, "frame"],
  ["none of many", { frames: [B], turns: [expectFrame("many", "a"), leave] }, "value"],
  ["a frame that never comes", { frames: [], turns: [expectFrame("one", "a"), leave] }, "frame"],
  ["a frame that is no JSON", { frames: ["x"], turns: [expectFrame("one", "a")] }, "type"],
] as const)("%s is a difference", async (_, { frames, turns }, kind) => {
  expect((await play(say(...frames), turns))[0]).toMatchObject({ kind });
});

test("a keep-alive ping between frames belongs to no answer", async () => {
  const ping = '{"type": "ping", "timestamp": 1, "connection_id": "x"}';
  const turns = [expectFrame("one", "a"), leave];
  expect(await play(say(ping, A, ping), turns)).toEqual([]);
});

test("a server that only pings is given up in the end", async () => {
  const flood = Array.from({ length: 200 }, () => '{"type":"ping"}');
  expect(await play(say(...flood), [expectFrame("one", "a")])).toMatchObject([{ kind: "frame" }]);
});

const refuse = (socket: WebSocket): void => socket.close(4003, "no");

const end = (code: number, reason: string): Turn => ({
  kind: "end",
  code,
  reason: { kind: "scalar", value: reason },
});

test.each([
  ["another code", end(4001, "no"), { path: "/close/code", kind: "close-code" }],
  ["another reason", end(4003, "yes"), { path: "/close/reason", kind: "close-reason" }],
])("a close with %s is a difference", async (_, turn, difference) => {
  expect(await play(refuse, [turn])).toMatchObject([difference]);
  expect(await play(refuse, [end(4003, "no")])).toEqual([]);
});

test("a frame where the end should be is a difference, and so is an end where a frame should be", async () => {
  expect(await play(say(A), [end(4003, "no")])).toMatchObject([{ path: "/close", kind: "frame" }]);
  expect(await play(refuse, [expectFrame("one", "a"), leave])).toMatchObject([{ kind: "frame" }]);
});

test("an open socket where a refusal should be is a difference", async () => {
  const refusal = { status: 403, body: "" };
  expect(await play(say(), [], refusal)).toMatchObject([
    { path: "/handshake/status", kind: "handshake", expected: "403", got: "101" },
  ]);
});
