import { setTimeout as delay } from "node:timers/promises";

import { CLOSING_SHARE } from "#cli/serve/service.ts";
import { createWorker, type Worker } from "#cli/serve/workers/create-worker.ts";
import {
  type FromPrimary,
  fromPrimarySchema,
  type FromWorker,
} from "#cli/serve/workers/messages.ts";
import { createMirror, type Mirror } from "#cli/serve/workers/mirror.ts";
import { readMessage } from "#cli/serve/workers/read-message.ts";
import { systemClock } from "#platform/clock.ts";
import type { Config } from "#platform/config/load-config.ts";
import { toMessage } from "#platform/errors.ts";
import { createLifecycle } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import { LIFE_SIGN_EVERY_MS, type PrimaryLink } from "#platform/workers/index.ts";

/** How often what the shadow did is told, where that has changed. */
const SHADOW_EVERY_MS = 500;

export interface RunWorkerOptions {
  readonly config: Config;
  readonly version: string;
  readonly link: PrimaryLink;
  readonly logger: Logger;
  /** Ends the process now. */
  readonly exit: (status: number) => never;
}

type Setup = Extract<FromPrimary, { readonly kind: "setup" }>;

/** What the primary says, as far as it has been said. */
interface Orders {
  /** `undefined`: the primary went before it said anything. */
  readonly setup: Promise<Setup | undefined>;
  /** The grace in milliseconds, when the time has come to drain. */
  readonly drain: Promise<number>;
  /** From when it is told on, changes reach the mirror and questions the worker. */
  serve(worker: Worker): void;
  readonly mirror: () => Mirror | undefined;
  /** It is not to listen, or no longer. */
  readonly isStopped: boolean;
}

function followOrders(
  { config, link, logger, exit }: RunWorkerOptions,
  send: (message: FromWorker) => void,
): Orders {
  const setup = Promise.withResolvers<Setup | undefined>();
  const drain = Promise.withResolvers<number>();
  let mirror: Mirror | undefined;
  let worker: Worker | undefined;
  let isStopped = false;
  let isDraining = false;

  function stop(): void {
    isStopped = true;
    worker?.listener.stopAccepting();
    send({ kind: "stopped" });
  }

  function order(graceMs: number): void {
    isDraining = true;
    drain.resolve(graceMs);
  }

  async function answer(question: number): Promise<void> {
    if (worker === undefined) return;
    worker.records.flush();
    send({ kind: "snapshot", question, metrics: [...(await worker.metrics.snapshot())] });
  }

  link.onMessage((message) => {
    const told = readMessage(fromPrimarySchema, message, logger);
    switch (told?.kind) {
      case "setup":
        mirror = createMirror(told.flags, told.safeguards);
        setup.resolve(told);
        break;
      case "flags":
        mirror?.takeFlags(told.flags);
        break;
      case "safeguards":
        mirror?.takeSafeguards(told.safeguards);
        break;
      case "measure":
        answer(told.question).catch((error: unknown) => {
          logger.error({ error: toMessage(error) }, "The metrics cannot be told");
        });
        break;
      case "stop":
        stop();
        break;
      case "drain":
        order(told.graceMs);
        break;
      case undefined:
        break;
    }
  });
  link.onGone(() => {
    setup.resolve(undefined);
    // The primary went in the middle of it: by a second signal, and then nobody wants to wait.
    if (isDraining) exit(1);
    logger.error({}, "The primary is gone: this worker drains and ends");
    order(config.SHUTDOWN_GRACE_MS);
  });
  return {
    setup: setup.promise,
    drain: drain.promise,
    serve: (built) => {
      worker = built;
    },
    mirror: () => mirror,
    get isStopped() {
      return isStopped;
    },
  };
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
      const url = await worker.listener.listen({ host: config.HOST, port: config.PORT });
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
