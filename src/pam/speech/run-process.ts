import { spawn } from "node:child_process";

import { toMessage } from "#platform/errors.ts";

import { readBounded } from "./read-bounded.ts";
import { SpeechError } from "./sound.ts";

export interface ProcessRun {
  /** An executable on the path, or a path. There is no shell: nothing in the arguments is interpreted. */
  readonly file: string;
  readonly args: readonly string[];
  /** What it reads; its standard input ends behind it. */
  readonly input: string;
  readonly maxOutputBytes: number;
  /** Kills it. */
  readonly signal: AbortSignal;
}

const MAX_COMPLAINT_BYTES = 65_536;

/** Runs a program and gives what it wrote. Rejects with a `SpeechError`, or with the signal's reason. */
export type RunProcess = (run: ProcessRun) => Promise<Buffer>;

export const runProcess: RunProcess = async ({ file, args, input, maxOutputBytes, signal }) => {
  signal.throwIfAborted();
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"] });
  const kill = (): void => {
    // Not by SIGTERM: a program that hangs may not heed it. One that it started itself may keep the pipes open.
    child.kill("SIGKILL");
    child.stdout.destroy();
    child.stderr.destroy();
  };
  signal.addEventListener("abort", kill, { once: true });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  // A program that ends early closes its input; what it wrote and how it ended tell more than that.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  try {
    const [output, complaint, status] = await Promise.all([
      readBounded(child.stdout, maxOutputBytes),
      readBounded(child.stderr, MAX_COMPLAINT_BYTES),
      ended,
    ]);
    if (status === 0) return output;
    const words = complaint.toString().trim().slice(0, 200);
    throw new SpeechError(`${file} ended with ${String(status)}: ${words}`);
  } catch (error) {
    kill();
    signal.throwIfAborted();
    if (error instanceof SpeechError) throw error;
    throw new SpeechError(`${file} cannot be run: ${toMessage(error)}`, { cause: error });
  } finally {
    signal.removeEventListener("abort", kill);
  }
};
