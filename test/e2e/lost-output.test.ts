import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";

import { describe, expect, test } from "vitest";

import { runBanyan } from "#support/run-banyan.ts";
import { isSkipped } from "#support/services.ts";
import { until } from "#support/until.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** Linux' own full disk. */
const FULL = "/dev/full";

const problem = existsSync(FULL) ? undefined : `there is no ${FULL}`;

describe.skipIf(isSkipped("a disk that is full", problem))("on a disk that is full", () => {
  test.each([[["flags", "list"]], [["--help"]]])("%j ends with 2 and says why", async (given) => {
    await using full = await open(FULL, "w");
    const { status, said } = await runBanyan(given, {}, full.fd);
    const why = "banyan: Cannot write the output: ENOSPC: no space left on device, write\n";
    expect([status, said]).toEqual([2, why]);
  });

  test("the service goes on without its log, and ends when it is told to", async () => {
    await using full = await open(FULL, "w");
    const { PATH = "" } = process.env;
    const child = spawn(process.execPath, ["src/main.ts", "serve"], {
      cwd: ROOT,
      env: { PATH, PORT: "0", ADMIN_PORT: "0" },
      stdio: ["ignore", full.fd, "pipe"],
    });
    const exited = once(child, "exit");
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => (said += String(chunk)));
    try {
      const addressOf = (name: string): string =>
        new RegExp(`${name} +(http\\S+)`, "u").exec(said)?.[1] ?? "";
      await until(() => addressOf("admin") !== "", 30_000);
      // More lines than are gathered before they are written, in vain.
      const answers = await Promise.all(
        Array.from({ length: 50 }, async () => fetch(`${addressOf("public")}/api/v1/pam/health`)),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      child.kill("SIGTERM");
      expect(await exited).toEqual([0, null]);
    } finally {
      child.kill("SIGKILL");
    }
  });
});

test("who leaves before everything was read is no failure, and nothing is said", async () => {
  const child = spawn(process.execPath, ["src/main.ts", "routes", "--json"], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"] ?? "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.destroy();
  const [said, [status]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  expect([status, said]).toEqual([0, ""]);
});
