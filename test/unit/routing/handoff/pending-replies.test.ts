import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Replied } from "#routing/handoff/dialect.ts";
import { type Awaited, createPendingReplies } from "#routing/handoff/pending-replies.ts";

const chat = (message: string): Awaited => ({
  kind: "chat",
  said: { message, context: {}, sessionId: undefined },
});

/** What a legacy that takes frame by frame does with one: answers in kind, or with an error. */
const asked: fc.Arbitrary<Awaited> = fc.oneof(
  fc.string().map(chat),
  fc.constantFrom<Awaited>(
    { kind: "ping" },
    { kind: "other" },
    { kind: "refused" },
    { kind: "context", context: {} },
  ),
);
const toReply = (question: Awaited, isRefused: boolean): Replied => {
  if (isRefused || question.kind === "refused") return { kind: "error" };
  return question.kind === "chat" ? { kind: "chat", text: "" } : { kind: question.kind };
};

describe("replies", () => {
  test("are given to their own questions, however many are under way at a time", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(asked, fc.boolean(), fc.nat({ max: 3 })), { maxLength: 60 }),
        (steps) => {
          const pending = createPendingReplies();
          const underWay: (readonly [Awaited, boolean])[] = [];
          const answerNext = (): void => {
            const next = underWay.shift();
            if (next === undefined) return;
            const [question, isRefused] = next;
            const reply = toReply(question, isRefused);
            expect(pending.reply(reply)).toBe(reply.kind === "error" ? undefined : question);
          };
          for (const [question, isRefused, answers] of steps) {
            pending.ask(question);
            underWay.push([question, isRefused]);
            for (let answer = 0; answer < answers; answer += 1) answerNext();
          }
          while (underWay.length > 0) answerNext();
        },
      ),
    );
  });

  test("to nothing that was asked are none", () => {
    const pending = createPendingReplies();
    expect(pending.reply({ kind: "chat", text: "pushed" })).toBeUndefined();
    expect(pending.reply({ kind: "error" })).toBeUndefined();
    pending.ask({ kind: "ping" });
    expect(pending.reply({ kind: "chat", text: "pushed" })).toBeUndefined();
    expect(pending.reply({ kind: "ping" })).toEqual({ kind: "ping" });
  });

  test("are not waited for without end", () => {
    const pending = createPendingReplies();
    const answers = Array.from({ length: 101 }, () => pending.ask({ kind: "ping" }));
    expect(answers.indexOf(false)).toBe(100);
  });
});
