import { connect } from "node:net";

import { quantile } from "../harness/summary.ts";

export interface EventLoadResult {
  readonly firstByteP50Ms: number;
  /** From the moment the upstream wrote an event to the moment it was read. */
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
}

/** RFC 9112 §7.1. */
const LAST_CHUNK = "0\r\n\r\n";

interface Watched {
  readonly firstByteMs: number;
  readonly delaysMs: readonly number[];
}

async function watch(port: number): Promise<Watched> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.setNoDelay(true);
    const delaysMs: number[] = [];
    let startedAtMs = 0;
    let firstByteMs: number | undefined;
    socket.on("connect", () => {
      startedAtMs = performance.now();
      socket.write(
        `GET /api/v1/pam/health?bench=sse HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
      );
    });
    socket.on("data", (chunk) => {
      firstByteMs ??= performance.now() - startedAtMs;
      const now = performance.timeOrigin + performance.now();
      for (const [, at] of chunk.toString("latin1").matchAll(/data: ([\d.]+)/gu)) {
        delaysMs.push(now - Number(at));
      }
      // Not every proxy closes a connection that it was asked to close. A head may end in the same bytes.
      const isLast = delaysMs.length > 0 && chunk.toString("latin1").endsWith(LAST_CHUNK);
      if (isLast) socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => {
      resolve({ firstByteMs: firstByteMs ?? Number.NaN, delaysMs });
    });
  });
}

const sorted = (values: readonly number[]): number[] =>
  values.toSorted((left, right) => left - right);

/** Eight streams at a time, a few times over. */
export async function runEventLoad(port: number, times: number): Promise<EventLoadResult> {
  const seen: Watched[] = [];
  for (let time = 0; time < times; time += 1) {
    // oxlint-disable-next-line no-await-in-loop -- eight at a time
    seen.push(...(await Promise.all(Array.from({ length: 8 }, async () => watch(port)))));
  }
  const delays = sorted(seen.flatMap(({ delaysMs }) => delaysMs));
  return {
    firstByteP50Ms: quantile(sorted(seen.map(({ firstByteMs }) => firstByteMs)), 0.5),
    delayP50Ms: quantile(delays, 0.5),
    delayP99Ms: quantile(delays, 0.99),
  };
}
