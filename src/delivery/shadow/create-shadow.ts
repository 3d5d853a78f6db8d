import type { TranscriptRules } from "#delivery/compare/index.ts";
import { type DriftStore, type Explainer, explainNothing } from "#delivery/drift/index.ts";
import { createShadowCounters, type ShadowCounts } from "#delivery/shadow/counters.ts";
import { createExchangeTap } from "#delivery/shadow/exchange-tap.ts";
import { createHeldBytes } from "#delivery/shadow/held-bytes.ts";
import { createLazySocketTap } from "#delivery/shadow/lazy-socket-tap.ts";
import { DEFAULT_SHADOW_LIMITS, type ShadowLimits } from "#delivery/shadow/limits.ts";
import type { AskLegacy, OpenNative, RunNative } from "#delivery/shadow/ports.ts";
import { createRunQueue, type ShadowJob } from "#delivery/shadow/run-queue.ts";
import { createConversationJob } from "#delivery/shadow/shadow-conversation.ts";
import { createExchangeJob } from "#delivery/shadow/shadow-exchange.ts";
import type { ShadowParts } from "#delivery/shadow/shadow-parts.ts";
import { createSocketTap } from "#delivery/shadow/socket-tap.ts";
import type { ShadowSubject } from "#delivery/shadow/subject.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import { type Logger, silentLogger } from "#platform/logger.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";
import type { ExchangeTap, SocketTap } from "#routing/upstream/index.ts";

/** Runs native beside legacy for a sample of requests, off the way of every reply. */
export interface Shadow extends Closeable {
  /** The onlooker for one request that goes to legacy; `undefined` where it is not shadowed. Never throws. */
  exchangeTap(subject: ShadowSubject): ExchangeTap | undefined;
  /** The same for a WebSocket, from its 101 on. */
  socketTap(subject: ShadowSubject): SocketTap | undefined;
  counts(): ShadowCounts;
}

export interface ShadowOptions {
  /** Whether this request is one of the sample. */
  readonly isSampled: (routeId: string, cohort: string) => boolean;
  /** Whether the route's native side can be run without changing anything outside of it. */
  readonly canShadow: (routeId: string) => boolean;
  /** Awaited before anything is run: for what is built when it is first needed. Default: there is nothing to wait for. */
  readonly prepare?: () => Promise<void>;
  readonly runNative: RunNative;
  /** Without it no conversation is shadowed. */
  readonly openNative?: OpenNative;
  /** Without it nothing is known of what varies by itself, and every difference counts. */
  readonly askLegacy?: AskLegacy;
  /** Default: every shadowed safe request. */
  readonly isBaselineSampled?: (routeId: string) => boolean;
  /** Default: nothing is volatile. */
  readonly rulesOf?: (routeId: string) => TranscriptRules;
  /** Default: nothing is decided. */
  readonly explainer?: Explainer;
  readonly drift: Pick<DriftStore, "recordShadow" | "recordBaseline">;
  readonly scheduler: Scheduler;
  /** Random, new in every process: what pseudonyms in examples are made with. */
  readonly pseudonymKey: Buffer;
  readonly limits?: ShadowLimits;
  readonly logger?: Logger;
}

const nothing = async (): Promise<void> => {};
const noRules: TranscriptRules = {};

export function createShadow({
  isSampled,
  canShadow,
  prepare = nothing,
  logger = silentLogger,
  ...options
}: ShadowOptions): Shadow {
  const limits = options.limits ?? DEFAULT_SHADOW_LIMITS;
  const counters = createShadowCounters();
  const held = createHeldBytes(limits.maxHeldBytes);
  const queue = createRunQueue({ limits, counters, scheduler: options.scheduler, logger });
  let openSockets = 0;
  let isClosed = false;

  const parts: ShadowParts = {
    runNative: options.runNative,
    openNative: options.openNative,
    askLegacy: options.askLegacy,
    isBaselineSampled: options.isBaselineSampled ?? (() => true),
    rulesOf: options.rulesOf ?? (() => noRules),
    explainer: options.explainer ?? explainNothing,
    drift: options.drift,
    counters,
    limits,
    scheduler: options.scheduler,
    pseudonymKey: options.pseudonymKey,
  };

  /** Asked before anything is captured: what is not shadowed costs this look. */
  const isWanted = ({ routeId, cohort }: ShadowSubject): boolean =>
    !isClosed && isSampled(routeId, cohort);

  function isRefused({ routeId }: ShadowSubject): boolean {
    if (canShadow(routeId)) return false;
    counters.count("sampled");
    counters.drop("not-contained");
    return true;
  }

  function offer(job: ShadowJob): void {
    queue.offer({
      ...job,
      async run(signal) {
        await prepare();
        if (!signal.aborted) await job.run(signal);
      },
    });
  }

  function openSocketTap(subject: ShadowSubject, openNative: OpenNative): SocketTap | undefined {
    counters.count("sampled");
    if (openSockets >= limits.maxSockets) {
      counters.drop("too-many-sockets");
      return undefined;
    }
    const share = held.createShare();
    openSockets += 1;
    return createSocketTap({
      limits,
      share,
      onTranscript(legacy) {
        openSockets -= 1;
        offer(createConversationJob(subject, { legacy, share, openNative }, parts));
      },
      onDrop(reason) {
        openSockets -= 1;
        counters.drop(reason);
      },
    });
  }

  return {
    exchangeTap(subject) {
      if (!isWanted(subject) || isRefused(subject)) return undefined;
      counters.count("sampled");
      const share = held.createShare();
      return createExchangeTap({
        limits,
        share,
        onWhole(captured) {
          offer(createExchangeJob(subject, { captured, share }, parts));
        },
        onDrop(reason) {
          counters.drop(reason);
        },
      });
    },
    socketTap(subject) {
      const { openNative } = parts;
      if (openNative === undefined || !isWanted(subject) || isRefused(subject)) return undefined;
      return createLazySocketTap(() => openSocketTap(subject, openNative));
    },
    counts: () => ({
      ...counters.snapshot(),
      queued: queue.queued,
      running: queue.running,
      hung: queue.hung,
      heldBytes: held.total,
      openSockets,
    }),
    async close() {
      isClosed = true;
      await queue.close();
    },
  };
}
