import fc from "fast-check";
import { expect, test } from "vitest";

import { createMemoryBudget } from "#platform/memory-budget.ts";
import { DIALECTS } from "#routing/handoff/dialect.ts";
import type { PassedTurn } from "#routing/handoff/said.ts";
import { createSocketWatch } from "#routing/handoff/socket-watch.ts";
import type { SocketTap } from "#routing/upstream/index.ts";
import { toChatFrame } from "#support/chat-legacy.ts";
import { encodeFrame } from "#support/websocket-peer.ts";

const ROOM = 100_000;

interface Watched {
  readonly tap: SocketTap;
  readonly budget: ReturnType<typeof createMemoryBudget>;
  readonly turns: PassedTurn[];
  readonly skipped: string[];
}

function watch(form: "chat-socket" | "voice-bridge" = "chat-socket"): Watched {
  const dialect = DIALECTS[form];
  if (dialect === undefined) throw new TypeError("A socket's form has a dialect");
  const budget = createMemoryBudget(ROOM);
  const turns: PassedTurn[] = [];
  const skipped: string[] = [];
  const tap = createSocketWatch({
    dialect,
    budget,
    onOpened: () => {},
    onTurn: (turn) => turns.push(turn),
    onContext: () => {},
    onSkipped: (outcome) => skipped.push(outcome),
  });
  return { tap, budget, turns, skipped };
}

const fromClient = (payload: string): Buffer =>
  encodeFrame({ payload, maskingKey: Buffer.from([1, 2, 3, 4]) });
const texts = fc.oneof(
  fc.json(),
  fc
    .constantFrom("chat", "ping", "context_update", "init", "user_message", "clear_history")
    .map((type) =>
      JSON.stringify({ type, message: "m", text: "t", context: { userLocation: {} } }),
    ),
  fc
    .constantFrom("chat_response", "pong", "error", "context_updated", "assistant_response")
    .map((type) => JSON.stringify({ type, message: 7, text: null })),
);

test("any bytes and any frames are looked at without a throw, and leave no memory behind", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("chat-socket" as const, "voice-bridge" as const),
      fc.array(
        fc.oneof(
          texts.map((text) => [fromClient(text), encodeFrame({ payload: text })] as const),
          fc
            .uint8Array({ maxLength: 64 })
            .map((bytes) => [Buffer.from(bytes), Buffer.from(bytes)] as const),
        ),
        { maxLength: 20 },
      ),
      (form, steps) => {
        const { tap, budget } = watch(form);
        for (const [asked, answered] of steps) {
          tap.fromClient(asked);
          tap.fromUpstream(answered);
        }
        tap.ended();
        expect(budget.take(ROOM)).toBe(true);
      },
    ),
  );
});

test("an answer longer than any frame is skipped with its socket, and its room is given back", () => {
  const { tap, budget, turns, skipped } = watch();
  tap.fromClient(fromClient('{"type":"chat","message":"hello"}'));
  tap.fromUpstream(encodeFrame({ payload: toChatFrame("x".repeat(200_000)) }));
  tap.fromUpstream(encodeFrame({ payload: toChatFrame("late") }));
  expect(turns).toEqual([]);
  expect(skipped).toEqual(["unreadable"]);
  expect(budget.take(ROOM)).toBe(true);
});
