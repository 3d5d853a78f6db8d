import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

import { TOKEN_SECRET } from "#support/sign-token.ts";

const ROOT = resolve(import.meta.dirname, "../..");

export interface LogLine {
  readonly message: string;
  readonly [field: string]: unknown;
}

/** One Banyan in a process of its own, on free ports. */
export interface SpawnedBanyan extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly publicUrl: URL;
  readonly adminUrl: URL;
  readonly flagsFile: string;
  /** All that was printed so far, on both outputs. */
  readonly output: () => string;
  readonly logLines: () => readonly LogLine[];
  /** Replaces the flags file in place. */
  setFlags(flags: Readonly<Record<string, boolean | number>>): Promise<void>;
  /** Sends the signal and gives the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** The flags file for flags that are on, off, or on for a share of the cohorts in per cent. */
function toFlagsDocument(flags: Readonly<Record<string, boolean | number>>): string {
  const features = Object.entries(flags).map(([name, value]) => ({
    name,
    type: "release",
    enabled: value !== false,
    project: "default",
    stale: false,
    strategies: [
      {
        name: "flexibleRollout",
        parameters: {
          rollout: String(typeof value === "number" ? value : 100),
          stickiness: "userId",
          groupId: "pam",
        },
        constraints: [],
      },
    ],
    variants: [],
  }));
  return JSON.stringify({ version: 2, features });
}

/** Starts the process as `npm start` does, and waits until it listens. Rejects with its output if it ends first. */
export async function spawnBanyan(
  environment: Readonly<Record<string, string>> = {},
): Promise<SpawnedBanyan> {
  const folder = await mkdtemp(join(tmpdir(), "banyan-"));
  const flagsFile = join(folder, "flags.json");
  const setFlags: SpawnedBanyan["setFlags"] = async (flags) =>
    writeFile(flagsFile, toFlagsDocument(flags));
  await setFlags({});

  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, ["src/main.ts", "serve"], {
    cwd: ROOT,
    env: {
      PATH,
      HOME,
      PORT: "0",
      ADMIN_PORT: "0",
      FLAGS_FILE: flagsFile,
      SUPABASE_JWT_SECRET: TOKEN_SECRET,
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  let output = "";
  const lines: LogLine[] = [];
  const listening = Promise.withResolvers<LogLine>();
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  createInterface({ input: child.stdout }).on("line", (text) => {
    output += `${text}\n`;
    const line: LogLine = JSON.parse(text);
    lines.push(line);
    if (line.message === "Listening") listening.resolve(line);
  });
  void exited.then(() => listening.reject(new Error(`Banyan ended early: ${output}`)));
  const line = await listening.promise;

  async function stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await exited;
    }
    return child.exitCode;
  }
  return {
    child,
    publicUrl: new URL(String(line["public"])),
    adminUrl: new URL(String(line["admin"])),
    flagsFile,
    output: () => output,
    logLines: () => lines,
    setFlags,
    stop,
    async [Symbol.asyncDispose]() {
      await stop("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
