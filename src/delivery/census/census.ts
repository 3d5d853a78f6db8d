import { type CensusReport, toReport } from "#delivery/census/census-report.ts";
import { toPathTemplate } from "#delivery/census/path-template.ts";
import {
  type CensusStore,
  isUnknown,
  OTHER,
  toOverflow,
  type Use,
  type UseKey,
} from "#delivery/census/use.ts";
import type { Clock } from "#platform/clock.ts";
import { toMessage } from "#platform/errors.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import { type Scheduler, systemScheduler } from "#platform/resilience/scheduler.ts";
import type { Side } from "#routing/decide.ts";
import type { ExchangeObserver, ExchangeOutline } from "#routing/exchange.ts";

const FLUSH_MS = 10_000;
/** Uses that wait for the store, and of these paths that no row names; what has no room is dropped and counted. */
const MOST_PENDING = 5_000;
const MOST_UNKNOWN = 1_000;
const MOST_COHORTS = 1_000;
/** Names of clients, and of parameters and frames in a route; those that come later are told as one. */
const MOST_CLIENTS = 64;
const MOST_NAMES = 48;
/**
 * Requests in a second whose sender is asked about, which costs microseconds: a busy second has more of the same. The
 * others are counted for their route, under a name that says so.
 */
const ASKED_PER_SECOND = 200;
const NOT_ASKED = "(not asked)";
const FRAME_TYPE = /^[\w.-]{1,40}$/u;

export interface Census extends Closeable {
  readonly observer: ExchangeObserver<ExchangeOutline>;
  /** One frame of a socket, by the type it says it is of. */
  noteFrame(socket: Pick<ExchangeOutline, "route" | "decision" | "caller">, type: string): void;
  /** Who used what, all instances together where they share a store; rejects where that cannot be asked. */
  report(): Promise<CensusReport>;
  /** Uses that were not counted, because the store did not keep up. */
  readonly dropped: number;
}

export interface CensusOptions {
  readonly store: CensusStore;
  readonly clock: Pick<Clock, "now">;
  readonly logger: Pick<Logger, "warn">;
  readonly scheduler?: Scheduler;
}

interface Pending {
  readonly key: UseKey;
  hits: number;
  lastSeenMs: number;
}

const toText = ([routeId, client, side, name]: UseKey): string =>
  `${routeId}\n${client}\n${side}\n${name}`;

/** Takes names in up to a number of them. */
function createVocabulary(most: number): (name: string) => string {
  const names = new Set<string>();
  return (name) => {
    if (names.has(name)) return name;
    if (names.size >= most) return OTHER;
    names.add(name);
    return name;
  };
}

/**
 * Counts who uses which side of what. A request only adds to numbers in memory; every ten seconds these go to the store.
 * Values of parameters, ids and people are never looked at.
 */
export function createCensus({
  store,
  clock,
  logger,
  scheduler = systemScheduler,
}: CensusOptions): Census {
  let pending = new Map<string, Pending>();
  let unknownPending = 0;
  let cohorts = new Map<string, Set<string>>();
  const toClient = createVocabulary(MOST_CLIENTS);
  const vocabularies = new Map<string, (name: string) => string>();
  let dropped = 0;
  let askedIn = 0;
  let asked = 0;
  let isAway = false;
  let isClosed = false;
  let cancel: (() => void) | undefined;
  let flushing: Promise<void> = Promise.resolve();

  const hasRoom = (key: UseKey): boolean =>
    isUnknown(key) ? unknownPending < MOST_UNKNOWN : pending.size < MOST_PENDING;

  function add({ key: wanted, hits, lastSeenMs }: Use): void {
    const isKnown = pending.has(toText(wanted));
    const key = isKnown || hasRoom(wanted) ? wanted : toOverflow(wanted);
    if (key === undefined) {
      dropped += hits;
      return;
    }
    const known = pending.get(toText(key));
    if (known === undefined && isUnknown(key)) unknownPending += 1;
    if (known === undefined) pending.set(toText(key), { key, hits, lastSeenMs });
    else {
      known.hits += hits;
      known.lastSeenMs = Math.max(known.lastSeenMs, lastSeenMs);
    }
  }

  function note(key: UseKey, nowMs: number): void {
    const known = pending.get(toText(key));
    if (known === undefined) {
      add({ key, hits: 1, lastSeenMs: nowMs });
      return;
    }
    known.hits += 1;
    known.lastSeenMs = nowMs;
  }

  function mayAsk(caller: ExchangeOutline["caller"], nowMs: number): boolean {
    if (caller.isUnknown === true) return false;
    const second = Math.floor(nowMs / 1_000);
    if (second !== askedIn) {
      askedIn = second;
      asked = 0;
    }
    asked += 1;
    return asked <= ASKED_PER_SECOND;
  }

  function noteCohort(routeId: string, cohort: string): void {
    const known = cohorts.get(routeId) ?? new Set();
    cohorts.set(routeId, known);
    if (known.size < MOST_COHORTS) known.add(cohort);
  }

  function toName(routeId: string, name: string): string {
    const vocabulary = vocabularies.get(routeId) ?? createVocabulary(MOST_NAMES);
    vocabularies.set(routeId, vocabulary);
    return vocabulary(name);
  }

  function noteLegacy({ cohort, caller }: ExchangeOutline, routeId: string): void {
    const nowMs = clock.now();
    noteCohort(routeId, cohort);
    if (!mayAsk(caller, nowMs)) {
      note([routeId, NOT_ASKED, "legacy", ""], nowMs);
      return;
    }
    const client = toClient(caller.clientLabel());
    note([routeId, client, "legacy", ""], nowMs);
    for (const name of caller.parameterNames()) {
      note([routeId, client, "legacy", toName(routeId, name)], nowMs);
    }
  }

  function noteUnknown({ method, path, caller, decision }: ExchangeOutline): void {
    const nowMs = clock.now();
    const client = mayAsk(caller, nowMs) ? toClient(caller.clientLabel()) : NOT_ASKED;
    const template = `${method.slice(0, 16)} ${toPathTemplate(path)}`;
    note(["", client, decision.side, template], nowMs);
  }

  async function flushNow(): Promise<void> {
    if (pending.size === 0 && cohorts.size === 0) return;
    const batch = {
      uses: [...pending.values()],
      cohorts: new Map([...cohorts].map(([routeId, hashes]) => [routeId, [...hashes]])),
    };
    pending = new Map();
    unknownPending = 0;
    cohorts = new Map();
    try {
      await store.add(batch);
      isAway = false;
    } catch (error) {
      if (!isAway) logger.warn({ error: toMessage(error) }, "The census cannot be kept");
      isAway = true;
      // A part of it may be kept already; counted twice is better here than lost.
      for (const use of batch.uses) add(use);
      for (const [routeId, hashes] of batch.cohorts) {
        for (const cohort of hashes) noteCohort(routeId, cohort);
      }
    }
  }

  async function flush(): Promise<void> {
    flushing = flushing.then(flushNow);
    await flushing;
  }

  function schedule(): void {
    if (isClosed) return;
    cancel = scheduler.after(FLUSH_MS, () => void flush().then(schedule));
  }
  schedule();

  /** Of native requests nobody asks who sent them. */
  function noteEnd(record: ExchangeOutline, side: Side): void {
    const { route } = record;
    if (route === undefined) noteUnknown(record);
    else if (side === "legacy") noteLegacy(record, route.id);
    else note([route.id, "", "native", ""], clock.now());
  }

  return {
    observer: {
      requestStarted: () => {},
      requestEnded: (record) => noteEnd(record, record.decision.side),
      requestRefused: () => {},
      socketOpened: () => {},
      socketClosed: () => {},
    },
    noteFrame({ route, decision, caller }, type) {
      if (route === undefined || decision.side !== "legacy") return;
      const nowMs = clock.now();
      const name = FRAME_TYPE.test(type) ? `frame ${type}` : "frame (odd)";
      const client = mayAsk(caller, nowMs) ? toClient(caller.clientLabel()) : NOT_ASKED;
      note([route.id, client, "legacy", toName(route.id, name)], nowMs);
    },
    async report() {
      await flush();
      return toReport(await store.read());
    },
    get dropped() {
      return dropped;
    },
    async close() {
      isClosed = true;
      cancel?.();
      await flush();
    },
  };
}
