import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { env } from "node:process";
import { createInterface } from "node:readline";

import { findFreePort } from "#support/free-port.ts";

export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on its port; nothing of what it held is left. */
  restart(): Promise<void>;
  /** It keeps its connections and takes new ones, and answers nothing. */
  freeze(): void;
  thaw(): void;
}

const findBinary = (): string | undefined =>
  (env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "redis-server"))
    .find((path) => existsSync(path));

/** Why Redis cannot be started here; `undefined` where it can. */
export const redisProblem = (): string | undefined =>
  findBinary() === undefined ? "no redis-server on the path" : undefined;

async function untilReady({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null) throw new TypeError("Cannot start Redis: its output is not piped");
  const lines: string[] = [];
  for await (const line of createInterface(stdout)) {
    lines.push(line);
    if (line.includes("Ready to accept connections")) {
      // The pipe is drained for as long as the server writes.
      stdout.resume();
      return;
    }
  }
  throw new Error(`Cannot start Redis: it ended: ${lines.join("\n")}`);
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, "exit");
  server.kill("SIGKILL");
  await exit;
}

/** A Redis of its own, in memory only, on a free port of 127.0.0.1. */
export async function startRedis(): Promise<RedisServer> {
  const binary = findBinary();
  if (binary === undefined)
    throw new Error(`Cannot start Redis: ${redisProblem() ?? "it is gone"}`);
  const folder = await mkdtemp(join(tmpdir(), "banyan-redis-"));
  const port = await findFreePort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder];
  let server: ChildProcess;
  const killNow = (): void => void server.kill("SIGKILL");

  async function start(): Promise<void> {
    server = spawn(binary ?? "", args, { stdio: ["ignore", "pipe", "ignore"] });
    await untilReady(server);
  }

  await start();
  process.once("exit", killNow);
  return {
    url: `redis://127.0.0.1:${port}`,
    kill: async () => end(server),
    restart: async () => {
      await end(server);
      await start();
    },
    freeze: () => void server.kill("SIGSTOP"),
    thaw: () => void server.kill("SIGCONT"),
    async [Symbol.asyncDispose]() {
      process.off("exit", killNow);
      await end(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
