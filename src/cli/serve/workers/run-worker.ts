import { setTimeout as delay } from "node:timers/promises";

import { CLOSING_SHARE } from "#cli/serve/service.ts";
import { createWorker, type Worker } from "#cli/serve/workers/create-worker.ts";
import { followOrders, type OrderOptions } from "#cli/serve/workers/follow-orders.ts";
import type { FromWorker } from "#cli/serve/workers/messages.ts";
import { systemClock } from "#platform/clock.ts";
import type { Config } from "#platform/config/load-config.ts";
import { toMessage } from "#platform/errors.ts";
import { createLifecycle } from "#platform/lifecycle.ts";
import { LIFE_SIGN_EVERY_MS } from "#platform/workers/index.ts";

/** How often what the shadow did is told, where that has changed. */
const SHADOW_EVERY_MS = 500;

export interface RunWorkerOptions extends OrderOptions {
  readonly config: Config;
  readonly version: string;
}

/** Says that the event loop turns until `signal` aborts. */
async function tellAlive(send: (message: FromWorker) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // oxlint-disable-next-line no-await-in-loop -- the pauses are the point
    await delay(LIFE_SIGN_EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
    if (!signal.aborted) send({ kind: "alive" });
  }
}

/** Tells what the shadow did until `signal` aborts, and once more then. */
async function tellShadow(
  { shadow }: Worker,
  send: (message: FromWorker) => void,
  signal: AbortSignal,
): Promise<void> {
  let told = "";
  const tell = (): void => {
    const counts = shadow.counts();
    const text = JSON.stringify(counts);
    if (text !== told) send({ kind: "shadow", counts });
    told = text;
  };
  while (!signal.aborted) {
    // oxlint-disable-next-line no-await-in-loop -- the pauses are the point
    await delay(SHADOW_EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
    tell();
  }
}

/**
 * Carries traffic on the primary's word until it says to drain, or is gone; then finishes what is under way. Signals are
 * the primary's. Rejects where it cannot start, having told the primary why.
 */
export async function runWorker(options: RunWorkerOptions): Promise<void> {
  const { config, version, link, logger } = options;
  let lastSent: Promise<void> = Promise.resolve();
  const send = (message: FromWorker, onSent?: () => void): void => {
    const { promise, resolve } = Promise.withResolvers<void>();
    lastSent = promise;
    link.send(message, () => {
      resolve();
      onSent?.();
    });
  };
  const orders = followOrders(options, send);
  const telling = new AbortController();
  send({ kind: "hello" });
  void tellAlive(send, telling.signal);
  const setup = await orders.setup;
  const mirror = orders.mirror();
  if (setup === undefined || mirror === undefined) {
    telling.abort();
    return;
  }

  const lifecycle = createLifecycle(logger);
  try {
    const origin = new URL(setup.origin);
    const worker = await createWorker({ config, version, origin, mirror, send, lifecycle, logger });
    orders.serve(worker);
    if (!orders.isStopped) {
      const url = await worker.listener.listen({
        host: config.HOST,
        port: config.PORT,
        portFrom: "PORT",
      });
      send({ kind: "listening", url: url.href });
    }
    const told = tellShadow(worker, send, telling.signal);

    const graceMs = await orders.drain;
    const endsAtMs = systemClock.monotonicMs() + graceMs;
    const report = await worker.listener.drain(graceMs * (1 - CLOSING_SHARE));
    telling.abort();
    await told;
    worker.records.flush();
    send({ kind: "drained", report });
    const leftMs = endsAtMs - systemClock.monotonicMs();
    await lifecycle.close(Math.max(leftMs, graceMs * CLOSING_SHARE));
    worker.records.flush();
    // The process ends when this does, and takes with it what has not gone out.
    await lastSent;
  } catch (error) {
    telling.abort();
    send({ kind: "failed", problem: toMessage(error) });
    await lastSent;
    await lifecycle.close();
    throw error;
  }
}
