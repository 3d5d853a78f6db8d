import { once } from "node:events";
import { join } from "node:path";

import { z } from "zod";

import { ROOT, spawnPinned, type Spawned } from "../harness/spawned.ts";
import { LOAD_CPU } from "../variants/variant.ts";
import type { EventLoadResult } from "./event-load.ts";
import type { HttpLoad, HttpLoadResult } from "./http-load.ts";
import type { RequestKind } from "./requests.ts";
import type { EchoLoad, EchoResult, UpgradeResult } from "./socket-load.ts";
import type { Order } from "./worker.ts";

const answerSchema = z.union([
  z.object({ result: z.record(z.string(), z.number()) }),
  z.object({ problem: z.string() }),
]);
const portSchema = z.object({ port: z.number() });

const scriptPath = (name: string): string => join(ROOT, "test/bench/proxy/load", name);

const spawnScript = (name: string): Spawned =>
  spawnPinned({
    command: process.execPath,
    args: [scriptPath(name)],
    cpu: LOAD_CPU,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });

export interface LoadClient extends AsyncDisposable {
  http(
    load: Omit<HttpLoad, "requests"> & { readonly request: RequestKind },
  ): Promise<HttpLoadResult>;
  events(port: number, times: number): Promise<EventLoadResult>;
  upgrades(port: number, count: number): Promise<UpgradeResult>;
  echoes(port: number, load: EchoLoad): Promise<EchoResult>;
  /** Runs the task while so many sockets are open. */
  holding<Result>(
    target: { readonly port: number; readonly count: number },
    task: () => Promise<Result>,
  ): Promise<Result>;
}

const resultSchemas = {
  http: z.object({
    seconds: z.number(),
    errors: z.number(),
    p50Ms: z.number(),
    p99Ms: z.number(),
  }),
  events: z.object({ firstByteP50Ms: z.number(), delayP50Ms: z.number(), delayP99Ms: z.number() }),
  upgrades: z.object({ perSecond: z.number() }),
  echoes: z.object({ seconds: z.number(), p50Ms: z.number(), p99Ms: z.number() }),
} as const;

/** Starts the client side on the processor that is not measured. */
export async function startLoadClient(): Promise<LoadClient> {
  const spawned = spawnScript("worker.ts");
  await once(spawned.child, "message");

  async function order(what: Order): Promise<Readonly<Record<string, number>>> {
    const answered = once(spawned.child, "message");
    spawned.child.send(what);
    const [message] = await answered;
    const answer = answerSchema.parse(message);
    if ("problem" in answer) throw new Error(answer.problem);
    return answer.result;
  }

  return {
    http: async (load) => resultSchemas.http.parse(await order({ kind: "http", ...load })),
    events: async (port, times) =>
      resultSchemas.events.parse(await order({ kind: "events", port, times })),
    upgrades: async (port, count) =>
      resultSchemas.upgrades.parse(await order({ kind: "upgrades", port, count })),
    echoes: async (port, load) =>
      resultSchemas.echoes.parse(await order({ kind: "echoes", port, ...load })),
    async holding(target, task) {
      await order({ kind: "hold", ...target });
      try {
        return await task();
      } finally {
        await order({ kind: "release" });
      }
    },
    [Symbol.asyncDispose]: async () => spawned[Symbol.asyncDispose](),
  };
}

/** Starts what stands behind the proxies, on the same processor as the load. */
export async function startUpstream(): Promise<AsyncDisposable & { readonly port: number }> {
  const spawned = spawnScript("upstream.ts");
  const [message] = await once(spawned.child, "message");
  return {
    port: portSchema.parse(message).port,
    [Symbol.asyncDispose]: async () => spawned[Symbol.asyncDispose](),
  };
}
