import { expect, test } from "vitest";

import { createLifecycle } from "#platform/lifecycle.ts";
import { silentLogger } from "#platform/logger.ts";
import { createManualTime } from "#support/manual-scheduler.ts";

test("what was opened is closed in reverse order, once, past one that fails", async () => {
  const closed: string[] = [];
  const failures: unknown[] = [];
  const lifecycle = createLifecycle({ ...silentLogger, error: (fields) => failures.push(fields) });
  for (const name of ["first", "second", "third"]) {
    lifecycle.own(name, {
      async close() {
        closed.push(name);
        if (name === "second") throw new Error("will not");
      },
    });
  }
  await lifecycle.close();
  await lifecycle.close();
  expect(closed).toEqual(["third", "second", "first"]);
  expect(failures).toEqual([{ resource: "second", error: "will not" }]);
});

test("a resource that hangs holds up its time and no more; what it was opened on is asked to close all the same", async () => {
  const time = createManualTime();
  const closed: string[] = [];
  const late: unknown[] = [];
  const logger = { ...silentLogger, warn: (fields: object) => late.push(fields) };
  const lifecycle = createLifecycle(logger, time.scheduler);
  const closeable = (name: string): { close(): Promise<void> } => ({
    async close() {
      closed.push(name);
    },
  });
  lifecycle.own("first", closeable("first"));
  lifecycle.own("hanging", { close: async () => new Promise<void>(() => {}) });
  lifecycle.own("last", closeable("last"));

  const closing = lifecycle.close(1_000);
  await Promise.resolve();
  time.advance(1_000);
  await closing;
  expect(closed).toEqual(["last", "first"]);
  expect(late).toContainEqual({ resource: "hanging" });
  expect(time.pendingTimers).toBe(0);
});
