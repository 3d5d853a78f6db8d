import { expect, test } from "vitest";

import { FrameQueue } from "#concerns/ws/wire/frame-queue.ts";

interface Held {
  readonly queue: FrameQueue;
  readonly log: string[];
  /** Lets the frame that is handled end. */
  readonly next: () => Promise<void>;
}

function createHeld(): Held {
  const log: string[] = [];
  let done = Promise.withResolvers<void>();
  const queue = new FrameQueue({
    source: { pause: () => log.push("pause"), resume: () => log.push("resume") },
    handle: async (frame) => {
      log.push(String(frame.subarray(0, 10)));
      done = Promise.withResolvers();
      await done.promise;
    },
    onIdle: () => log.push("idle"),
  });
  return {
    queue,
    log,
    async next() {
      done.resolve();
      await new Promise(setImmediate);
    },
  };
}

test("frames are handled one at a time and in their order", async () => {
  const { queue, log, next } = createHeld();
  queue.push(Buffer.from("a"));
  queue.push(Buffer.from("b"));
  expect(log).toEqual(["a"]);
  expect(queue.isBusy).toBe(true);
  await next();
  expect(log).toEqual(["a", "b"]);
  await next();
  expect(log).toEqual(["a", "b", "idle"]);
  expect(queue.isBusy).toBe(false);
});

test("the source is held while too many wait, and let go when there is room", async () => {
  const { queue, log, next } = createHeld();
  for (let at = 0; at <= 33; at += 1) queue.push(Buffer.from("x"));
  expect(log).toEqual(["x", "pause"]);
  await next();
  expect(log.at(-1)).toBe("x");
  await next();
  expect(log.filter((each) => each !== "x")).toEqual(["pause", "resume"]);
});

test("the source is held while too much waits, however few they are", async () => {
  const { queue, log, next } = createHeld();
  queue.push(Buffer.from("x"));
  queue.push(Buffer.alloc(1_048_577, "y"));
  expect(log).toEqual(["x", "pause"]);
  await next();
  await next();
  expect(log.slice(2)).toEqual(["yyyyyyyyyy", "resume", "idle"]);
});

test("what is cleared is not handled, the source is let go, and what is handled is waited for", async () => {
  const { queue, log, next } = createHeld();
  for (let at = 0; at <= 33; at += 1) queue.push(Buffer.from("x"));
  queue.clear();
  expect(log).toEqual(["x", "pause", "resume"]);
  let isSettled = false;
  const settled = queue.settled().then(() => (isSettled = true));
  await new Promise(setImmediate);
  expect(isSettled).toBe(false);
  await next();
  await settled;
  expect(log.at(-1)).toBe("idle");
  await queue.settled();
});
