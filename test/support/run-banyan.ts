import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

export interface BanyanRun {
  readonly status: number;
  readonly printed: string;
  readonly said: string;
}

/** Runs one command of Banyan in a process of its own, to its end; `stdout` is a descriptor to print to instead. */
export async function runBanyan(
  argumentsGiven: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  stdout: "pipe" | number = "pipe",
): Promise<BanyanRun> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, ["src/main.ts", ...argumentsGiven], {
    cwd: ROOT,
    env: { PATH, HOME, ...environment },
    stdio: ["ignore", stdout, "pipe"],
  });
  let printed = "";
  let said = "";
  child.stdout?.on("data", (chunk: Buffer) => (printed += String(chunk)));
  child.stderr?.on("data", (chunk: Buffer) => (said += String(chunk)));
  const [status] = await once(child, "close");
  return { status: Number(status), printed, said };
}
