/*
 * Whatever befalls a socket, a question gets its own answer or a failure, once, and is sent at most once. The backend
 * of this test answers as the protocol says: each question, in order, some of them late, and never on another line.
 */
import fc from "fast-check";
import { expect, test } from "vitest";

import { openPamSocket } from "#client/index.ts";
import { createManualTime } from "#support/manual-scheduler.ts";

import { createFakeNet, type FakeSocket } from "./fake-web-socket.ts";

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: "ask" } as const) },
  { weight: 4, arbitrary: fc.constant({ kind: "answer" } as const) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("abort" as const), which: fc.nat(7) }) },
  { weight: 1, arbitrary: fc.constant({ kind: "push" } as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ kind: "lose" } as const, { kind: "connect" } as const),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(20_000) }) },
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

interface Asked {
  readonly controller: AbortController;
  readonly outcome: Promise<string>;
}

const textsOf = ({ sent }: FakeSocket) =>
  sent.filter(({ type }) => type === "chat").map(({ message }) => String(message));
const rest = async (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** A client, and a backend that welcomes at once and answers when it is told to. */
function createTalk() {
  const net = createFakeNet();
  const time = createManualTime();
  const socket = openPamSocket({
    baseUrl: "https://pam.test",
    userId: "u",
    getToken: () => "t-1",
    WebSocket: net.WebSocket,
    scheduler: time.scheduler,
    random: () => 0.5,
    policy: { maxQueued: 3 },
  });
  const asked: Asked[] = [];
  const welcomed = new Set<FakeSocket>();
  const answered = new Map<FakeSocket, number>();

  function ask(): void {
    const controller = new AbortController();
    const { signal } = controller;
    const outcome = socket.ask(`question ${asked.length}`, { signal }).then(
      ({ response }) => response,
      () => "failed",
    );
    asked.push({ controller, outcome });
  }

  function answerOn(line: FakeSocket): void {
    const count = answered.get(line) ?? 0;
    const text = textsOf(line)[count];
    if (text === undefined) return;
    answered.set(line, count + 1);
    line.frame({ type: "chat_response", message: `to ${text}` });
  }

  function take(next: Step, line: FakeSocket | undefined): void {
    switch (next.kind) {
      case "ask":
        ask();
        return;
      case "abort":
        asked[next.which]?.controller.abort(new Error("Given up"));
        return;
      case "connect":
        socket.connect();
        return;
      case "pass":
        time.advance(next.ms);
        return;
      case "answer":
        if (line !== undefined) answerOn(line);
        return;
      case "push":
        line?.frame({ type: "proactive_alert", message: "no answer", content: "no answer" });
        return;
      case "lose":
        line?.close(1006);
    }
  }

  return {
    net,
    time,
    async step(next: Step): Promise<void> {
      await rest();
      const line = net.sockets.at(-1);
      if (line !== undefined && !welcomed.has(line)) {
        welcomed.add(line);
        line.welcome();
      }
      take(next, line);
    },
    async end(): Promise<readonly string[]> {
      socket.close();
      await rest();
      return Promise.all(asked.map(async ({ outcome }) => outcome));
    },
  };
}

test("a question gets its own answer or a failure, and is sent at most once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const talk = createTalk();
      // oxlint-disable-next-line no-await-in-loop -- one step after the other
      for (const next of steps) await talk.step(next);
      const outcomes = await talk.end();
      const wrong = outcomes.filter(
        (outcome, index) => outcome !== "failed" && outcome !== `to question ${index}`,
      );
      const sent = talk.net.sockets.flatMap(textsOf);
      expect(wrong).toEqual([]);
      expect(sent).toEqual([...new Set(sent)]);
      expect(talk.time.pendingTimers).toBe(0);
    }),
    { numRuns: 500 },
  );
});
