import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

import { expect, test } from "vitest";

import { spawnBanyan } from "#support/spawn-banyan.ts";
import { until } from "#support/until.ts";

const ROOT = resolve(import.meta.dirname, "../..");

interface StandInProcess extends AsyncDisposable {
  readonly port: number;
}

/** `banyan stand-in` in a process of its own; disposing kills it without warning. */
async function spawnStandIn(port: number): Promise<StandInProcess> {
  const child = spawn(process.execPath, ["src/main.ts", "stand-in", "--port", String(port)], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return {
    port: Number(/:(\d+)$/u.exec(String(line))?.[1]),
    async [Symbol.asyncDispose]() {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
}

test("a legacy that is killed and comes back costs only what was under way", async () => {
  const first = await spawnStandIn(0);
  await using banyan = await spawnBanyan({ LEGACY_URL: `http://127.0.0.1:${first.port}` });
  const url = new URL("/api/v1/pam/health", banyan.publicUrl);
  const statuses: number[] = [];
  const over = new AbortController();

  async function client(): Promise<void> {
    while (!over.signal.aborted) {
      // oxlint-disable-next-line no-await-in-loop -- a client asks again when it has its answer
      const answer = await fetch(url);
      // oxlint-disable-next-line no-await-in-loop
      await answer.arrayBuffer();
      statuses.push(answer.status);
    }
  }
  const clients = Array.from({ length: 8 }, client);
  await until(() => statuses.length > 200);
  await first[Symbol.asyncDispose]();
  await until(() => statuses.includes(502));
  await using second = await spawnStandIn(first.port);
  expect(second.port).toBe(first.port);
  const backAt = statuses.length;
  await until(() => statuses.length > backAt + 200);
  over.abort();
  await Promise.all(clients);

  // Every client had its answer; those of the outage say so, and none after it.
  expect(new Set(statuses)).toEqual(new Set([200, 502]));
  expect(statuses.lastIndexOf(502)).toBeLessThan(backAt + clients.length);
  expect(statuses.slice(0, 200)).not.toContain(502);
});
