import { fork } from "node:child_process";
import { once } from "node:events";

import { expect, test } from "vitest";

import { startFakeUnleash } from "./fake-unleash.ts";

// The SDK takes its listeners off in destroy() and then emits `error` for the poll that was under way.
test("closing while a poll is under way that will fail does not end the process", async () => {
  await using unleash = await startFakeUnleash();
  unleash.answerWith("hang");
  const child = fork(new URL("close-while-failing.ts", import.meta.url), [unleash.url], {
    // Without NODE_ENV=test, under which the SDK's timers keep a process alive, and Vitest's own arguments.
    env: {},
    execArgv: [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let stderr = "";
  child.stderr?.on("data", (chunk) => (stderr += String(chunk)));
  const exited = once(child, "exit");
  await expect.poll(() => unleash.polls.length, { timeout: 5000, interval: 5 }).toBe(1);
  child.send("close");
  await once(child, "disconnect");
  await unleash.pause();
  expect(await exited).toEqual([0, null]);
  expect(stderr).toBe("");
});
