import { expect, test } from "vitest";

import { createWait, systemScheduler } from "#platform/resilience/scheduler.ts";
import { createManualTime } from "#support/manual-scheduler.ts";

test("a wait ends when its time has come", async () => {
  const time = createManualTime();
  const waiting = createWait(time.scheduler)(250, new AbortController().signal);
  time.advance(249);
  const first = Promise.race([waiting.then(() => "over"), Promise.resolve("not yet")]);
  expect(await first).toBe("not yet");
  time.advance(1);
  await waiting;
});

test("a wait ends with the signal's reason when it aborts, and leaves no timer behind", async () => {
  let open = 0;
  const scheduler = {
    after: () => {
      open += 1;
      return () => {
        open -= 1;
      };
    },
  };
  const controller = new AbortController();
  const waiting = createWait(scheduler)(250, controller.signal);
  controller.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  expect(open).toBe(0);
});

test("a wait does not begin under an aborted signal", async () => {
  const wait = createWait({ after: () => expect.unreachable() });
  await expect(wait(1, AbortSignal.abort(new Error("too late")))).rejects.toThrow("too late");
});

test("the system's timers fire, and do not once they are cancelled", async () => {
  const fired: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = systemScheduler.after(0, () => fired.push("cancelled"));
  cancel();
  systemScheduler.after(1, () => {
    fired.push("fired");
    resolve();
  });
  await promise;
  expect(fired).toEqual(["fired"]);
});
