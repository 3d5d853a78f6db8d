import { setTimeout as delay } from "node:timers/promises";

import { quantile } from "../harness/summary.ts";
import { openHttpConnection } from "./http-connection.ts";

export interface HttpLoad {
  readonly port: number;
  readonly requests: readonly Buffer[];
  readonly connections: number;
  readonly count: number;
  /** As fast as it goes where absent. */
  readonly ratePerSecond?: number;
}

export interface HttpLoadResult {
  readonly seconds: number;
  readonly errors: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Sends `count` requests over so many connections, each with one under way. */
export async function runHttpLoad({
  port,
  requests,
  connections,
  count,
  ratePerSecond,
}: HttpLoad): Promise<HttpLoadResult> {
  const latencies: number[] = [];
  let sent = 0;
  let errors = 0;
  const startedAtMs = performance.now();

  async function pause(index: number): Promise<void> {
    if (ratePerSecond === undefined) return;
    const waitMs = startedAtMs + (index / ratePerSecond) * 1_000 - performance.now();
    if (waitMs > 1) await delay(waitMs);
  }

  async function work(): Promise<void> {
    let connection = await openHttpConnection(port);
    while (sent < count) {
      const index = sent;
      sent += 1;
      // oxlint-disable-next-line no-await-in-loop -- one request at a time on each connection
      await pause(index);
      const request = requests[index % requests.length];
      if (request === undefined) throw new RangeError("There is no request to send");
      try {
        // oxlint-disable-next-line no-await-in-loop -- see above
        latencies.push(await connection.exchange(request));
      } catch {
        errors += 1;
        connection.close();
        // oxlint-disable-next-line no-await-in-loop -- see above
        connection = await openHttpConnection(port);
      }
    }
    connection.close();
  }

  await Promise.all(Array.from({ length: connections }, work));
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const sorted = latencies.toSorted((left, right) => left - right);
  return { seconds, errors, p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) };
}
