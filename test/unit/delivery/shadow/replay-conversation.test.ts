import { expect, test } from "vitest";

import { type Transcript, type TranscriptFrame } from "#delivery/compare/index.ts";
import type { ConversationListener } from "#delivery/shadow/ports.ts";
import { replayConversation } from "#delivery/shadow/replay-conversation.ts";
import { createManualTime } from "#support/manual-scheduler.ts";

const limits = {
  maxFrames: 100,
  maxTranscriptBytes: 10_000,
  turnMs: 1_000,
  quietMs: 200,
  settleMs: 10,
};

const frame = (line: string): TranscriptFrame => ({
  from: line.startsWith(">") ? "client" : "server",
  data: line.slice(1),
});
const said = ({ frames }: Transcript): readonly string[] =>
  frames.map(({ from, data }) => (from === "client" ? ">" : "<") + String(data));

interface Native {
  readonly greet?: (listener: ConversationListener) => void;
  readonly answer?: (data: string, listener: ConversationListener) => void;
}

/** Replays with a native side that is written down, in time that passes as fast as it can. */
async function replay(
  legacy: Transcript,
  { greet = () => {}, answer = () => {} }: Native,
  signal = new AbortController().signal,
): Promise<{ transcript: Transcript; passedMs: number; closes: number }> {
  const time = createManualTime();
  let closes = 0;
  let isOver = false;
  const replayed = replayConversation(legacy, {
    async open(listener) {
      greet(listener);
      return Promise.resolve({
        send: (data) => {
          answer(String(data), listener);
        },
        close: () => {
          closes += 1;
        },
      });
    },
    pushes: new Set(["ping"]),
    limits,
    scheduler: time.scheduler,
    signal,
  }).finally(() => {
    isOver = true;
  });
  const tick = async (): Promise<void> => {
    // oxlint-disable-next-line no-await-in-loop -- one turn of the microtask queue after the other
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    if (isOver) return;
    time.advanceToNext();
    await tick();
  };
  const [transcript] = await Promise.all([replayed, tick()]);
  return { transcript, passedMs: time.clock.monotonicMs(), closes };
}

const talk = (lines: readonly string[], close?: Transcript["close"]): Transcript => ({
  frames: lines.map(frame),
  close,
});

test("each frame is said when the one before is answered, and no longer is waited than it takes", async () => {
  const legacy = talk(["<hello", ">1", "<one", ">2", "<two"]);
  const { transcript, passedMs, closes } = await replay(legacy, {
    greet: (listener) => {
      listener.frame("hello");
    },
    answer: (data, listener) => {
      listener.frame(data === "1" ? "one" : "two");
    },
  });
  expect(said(transcript)).toEqual(["<hello", ">1", "<one", ">2", "<two"]);
  expect(passedMs).toBe(3 * limits.settleMs);
  expect(closes).toBe(1);
});

test("what the client said without waiting is said without waiting", async () => {
  const { transcript, passedMs } = await replay(talk([">1", ">2", "<one", "<two"]), {
    answer: (data, listener) => {
      listener.frame(data);
    },
  });
  expect(said(transcript)).toEqual([">1", ">2", "<1", "<2"]);
  expect(passedMs).toBe(2 * limits.settleMs);
});

test("what native says too much belongs to the turn in which it comes", async () => {
  const legacy = talk([">1", "<one", ">2", "<two"]);
  const { transcript } = await replay(legacy, {
    answer: (data, listener) => {
      listener.frame(`${data}a`);
      listener.frame(`${data}b`);
    },
  });
  expect(said(transcript)).toEqual([">1", "<1a", "<1b", ">2", "<2a", "<2b"]);
});

test("a native side that says less is not waited for as long as a silent one", async () => {
  const legacy = talk([">1", "<typing", "<one", ">2", "<typing", "<two"]);
  const { transcript, passedMs } = await replay(legacy, {
    answer: (data, listener) => {
      listener.frame(data);
    },
  });
  expect(said(transcript)).toEqual([">1", "<1", ">2", "<2"]);
  expect(passedMs).toBeLessThan(limits.turnMs);
});

test("a silent native side costs a bounded time for each turn", async () => {
  const { transcript, passedMs } = await replay(talk([">1", "<one", ">2", "<two"]), {});
  expect(said(transcript)).toEqual([">1", ">2"]);
  expect(passedMs).toBe(2 * limits.turnMs + 3 * limits.settleMs);
});

test("a push by the clock is no answer", async () => {
  const { transcript } = await replay(talk([">1", "<one", ">2", "<two"]), {
    answer: (data, listener) => {
      listener.frame('{"type":"ping"}');
      listener.frame(data);
    },
  });
  expect(said(transcript)).toEqual([
    ">1",
    '<{"type":"ping"}',
    "<1",
    ">2",
    '<{"type":"ping"}',
    "<2",
  ]);
});

test("nothing is said to a native side that has closed", async () => {
  const { transcript } = await replay(talk([">1", "<one", ">2", "<two"]), {
    answer: (_data, listener) => {
      listener.closed(1011);
    },
  });
  expect(said(transcript)).toEqual([">1"]);
  expect(transcript.close).toEqual({ code: 1011, by: "server" });
});

test("a close of the server is waited for where legacy closed", async () => {
  const legacy = talk(["<bye"], { code: 4001, by: "server" });
  const { transcript } = await replay(legacy, {
    greet: (listener) => {
      listener.frame("bye");
    },
  });
  expect(transcript.close).toBeUndefined();
});

test("what native says without end is kept within bounds", async () => {
  const { transcript } = await replay(talk([">1", "<one"]), {
    answer: (_data, listener) => {
      for (let n = 0; n < 10_000; n += 1) listener.frame("x".repeat(100));
    },
  });
  expect(transcript.frames.length).toBeLessThanOrEqual(2 * limits.maxFrames);
});

test("it ends as soon as nobody waits for it, and leaves the native side", async () => {
  const controller = new AbortController();
  controller.abort(new Error("enough"));
  await expect(replay(talk([">1", "<one"]), {}, controller.signal)).rejects.toThrow("enough");
});
