import type { Worker } from "#cli/serve/workers/create-worker.ts";
import {
  type FromPrimary,
  fromPrimarySchema,
  type FromWorker,
} from "#cli/serve/workers/messages.ts";
import { createMirror, type Mirror } from "#cli/serve/workers/mirror.ts";
import { readMessage } from "#cli/serve/workers/read-message.ts";
import type { Config } from "#platform/config/load-config.ts";
import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";
import type { PrimaryLink } from "#platform/workers/index.ts";

export interface OrderOptions {
  readonly config: Pick<Config, "SHUTDOWN_GRACE_MS">;
  readonly link: PrimaryLink;
  readonly logger: Logger;
  /** Ends the process now. */
  readonly exit: (status: number) => never;
}

type Setup = Extract<FromPrimary, { readonly kind: "setup" }>;

/** What the primary says, as far as it has been said. */
export interface Orders {
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

/**
 * Listens to the primary from now on. Without it the worker drains by itself, and ends at once where it drained already.
 */
export function followOrders(
  { config, link, logger, exit }: OrderOptions,
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
