import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { availableParallelism } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

export const ROOT = resolve(import.meta.dirname, "../../../..");

export interface Spawned extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly pid: number;
  /** What it wrote to stderr, where that is a pipe: the end of it. */
  readonly said: () => string;
}

export interface SpawnSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The processor it is kept on, where the machine can do that; `undefined`: any. */
  readonly cpu: number | undefined;
  readonly stdio?: StdioOptions;
}

export const findCommand = (name: string): string | undefined =>
  [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

/** `taskset` replaces itself by the command, so the pid is the command's. */
function pinned({ command, args, cpu }: SpawnSpec): [string, readonly string[]] {
  const taskset = findCommand("taskset");
  if (cpu === undefined || taskset === undefined || availableParallelism() < 2) {
    return [command, args];
  }
  return [taskset, ["-c", String(cpu), command, ...args]];
}

const SAID_LENGTH = 2_000;

const running = new Set<ChildProcess>();

/** Nothing that was started outlives a run that is broken off: what is left would load the next one. */
export function endTogether(): void {
  process.once("exit", () => {
    for (const child of running) child.kill("SIGTERM");
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(2));
}

export function spawnPinned(spec: SpawnSpec): Spawned {
  const [command, args] = pinned(spec);
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { PATH, HOME, ...spec.environment },
    stdio: spec.stdio ?? ["ignore", "ignore", "inherit"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`Cannot start ${spec.command}`);
  running.add(child);
  child.once("exit", () => running.delete(child));
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-SAID_LENGTH);
  });
  return {
    child,
    pid,
    said: () => said,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      const patience = new AbortController();
      void delay(3_000, undefined, { signal: patience.signal }).then(
        () => child.kill("SIGKILL"),
        () => {},
      );
      await exit;
      patience.abort();
    },
  };
}

const canConnect = async (port: number): Promise<boolean> =>
  new Promise((settle) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      settle(true);
    });
    socket.once("error", () => {
      settle(false);
    });
  });

/** Resolves when the port takes connections. Throws where the process ends first, or after 20 s. */
export async function untilListening({ child, said }: Spawned, port: number): Promise<void> {
  const endMs = performance.now() + 20_000;
  while (performance.now() < endMs) {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}: ${said()}`);
    // oxlint-disable-next-line no-await-in-loop -- one try after the other
    if (await canConnect(port)) return;
    // oxlint-disable-next-line no-await-in-loop -- a start takes its time
    await delay(20);
  }
  throw new Error("It did not listen within 20 s");
}
