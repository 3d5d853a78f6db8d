import { join } from "node:path";

import { findFreePort } from "#support/free-port.ts";

import { ROOT, spawnPinned, untilListening } from "../harness/spawned.ts";
import { MEASURED_CPU, type Variant } from "./variant.ts";

/** A peer on Node: a script that listens on `PORT` in front of `UPSTREAM_PORT`. */
export const nodeScript = (name: string, label: string): Variant => ({
  name,
  label,
  isJudged: true,
  problem: () => undefined,
  async start({ upstreamPort }) {
    const port = await findFreePort();
    const spawned = spawnPinned({
      command: process.execPath,
      args: [join(ROOT, "test/bench/proxy/peers", `${name}.ts`)],
      environment: {
        PORT: String(port),
        UPSTREAM_PORT: String(upstreamPort),
        NODE_ENV: "production",
        // @fastify/http-proxy waits for its upstream once for each message that comes before, and Node finds that odd.
        NODE_NO_WARNINGS: "1",
      },
      cpu: MEASURED_CPU,
    });
    await untilListening(spawned, port);
    return {
      name,
      port,
      pid: spawned.pid,
      [Symbol.asyncDispose]: async () => spawned[Symbol.asyncDispose](),
    };
  },
});
