import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import process, { argv, env, memoryUsage, stdout } from "node:process";
import { setTimeout as delay } from "node:timers/promises";

import { WebSocket } from "ws";

import { signToken } from "#support/sign-token.ts";
import { startTestListener } from "#support/test-listener.ts";

/*
 * What an idle WebSocket costs that this process answers: `node --expose-gc test/bench/sockets.ts [sockets]`. The clients are in
 * another process. The bar is 25 KB each with 5,000 open; it is a figure of this machine, so it is printed and not
 * asserted.
 */
const DEFAULT_SOCKETS = 5_000;
/** Opened at the same time, so that no connection waits in the kernel's queue. */
const BATCH = 100;
const SETTLE_MS = 2_000;

const toUserId = (at: number): string => `11111111-1111-4111-8111-${String(at).padStart(12, "0")}`;

async function open(origin: string, at: number): Promise<void> {
  const userId = toUserId(at);
  const token = await signToken({ sub: userId });
  const socket = new WebSocket(`${origin}/api/v1/pam/ws/${userId}?token=${token}`);
  socket.on("message", () => {});
  await once(socket, "message");
}

/** The child: opens sockets, says so, and holds them until it is killed. */
async function holdSockets(origin: string, count: number): Promise<void> {
  for (let at = 0; at < count; at += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count - at) }, (_, offset) => at + offset);
    // oxlint-disable-next-line no-await-in-loop -- one batch after the other is the point
    await Promise.all(batch.map(async (each) => open(origin, each)));
  }
  process.send?.("open");
}

function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new TypeError("Run it under node --expose-gc");
  for (let round = 0; round < 4; round += 1) globalThis.gc();
}

async function measure(): Promise<NodeJS.MemoryUsage> {
  await delay(SETTLE_MS);
  collectGarbage();
  await delay(SETTLE_MS);
  collectGarbage();
  return memoryUsage();
}

async function openChild(origin: string, count: number): Promise<ChildProcess> {
  const child = fork(import.meta.filename, ["hold", origin, String(count)], {
    execArgv: ["--conditions=source", "--no-warnings"],
    env,
  });
  await once(child, "message");
  return child;
}

async function run(count: number): Promise<void> {
  await using front = await startTestListener({
    origin: new URL("http://127.0.0.1:1"),
    flags: { "pam.ws": "on" },
  });
  const origin = `ws://127.0.0.1:${front.port}`;
  // What is made once, for the first sockets, is no cost of each.
  const warmUp = await openChild(origin, BATCH);
  warmUp.kill();
  const before = await measure();
  const child = await openChild(origin, count);
  const after = await measure();
  child.kill();
  const perSocket = (name: "rss" | "heapUsed"): string =>
    ((after[name] - before[name]) / count / 1_024).toFixed(1);
  stdout.write(`${count} idle native sockets\n`);
  stdout.write(`  resident  ${perSocket("rss")} KB each (bar: 25)\n`);
  stdout.write(`  heap      ${perSocket("heapUsed")} KB each\n`);
}

const [, , role, ...rest] = argv;
if (role === "hold") await holdSockets(rest[0] ?? "", Number(rest[1]));
else await run(Number(role ?? DEFAULT_SOCKETS));
