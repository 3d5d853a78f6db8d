import { EventEmitter } from "node:events";

import {
  Unleash,
  UnleashEvents,
  type ClientFeaturesResponse,
  type UnleashConfig,
} from "unleash-client";

import type { Clock } from "#platform/clock.ts";
import { toMessage } from "#platform/errors.ts";
import { documentSchema, type FlagsDocument } from "#platform/flags/flags-document.ts";
import type { FlagSubject } from "#platform/flags/flags.ts";
import {
  type RolloutDraw,
  toRolloutDraw,
  toRolloutPosition,
} from "#platform/flags/rollout-draw.ts";
import { toStickyDocument } from "#platform/flags/sticky-document.ts";

// The only home of unleash-client. It is used for two things that know nothing of each other: evaluating what
// is held, and polling a server. So a poller that is stuck is replaced without a gap in evaluation.

type Repository = NonNullable<UnleashConfig["repository"]>;
type EnhancedFeature = ReturnType<Repository["getTogglesWithSegmentData"]>[number];
type Context = Parameters<Unleash["isEnabled"]>[1];
type Feature = ClientFeaturesResponse["features"][number];
type Segment = NonNullable<ClientFeaturesResponse["segments"]>[number];

/** The document's schema follows the SDK's types; their string enums are all that TypeScript cannot match. */
const isSdkDocument = (document: unknown): document is ClientFeaturesResponse =>
  documentSchema.safeParse(document).success;

/** What the SDK evaluates from: a document that is exchanged as a whole. */
class HeldRepository extends EventEmitter implements Repository {
  #features = new Map<string, Feature>();
  #draws = new Map<string, RolloutDraw>();
  #segments = new Map<number, Segment>();

  hold(document: FlagsDocument): void {
    const sticky = toStickyDocument(document);
    const held: unknown = sticky;
    if (!isSdkDocument(held)) throw new TypeError("Cannot hold flags: not a flags document");
    this.#features = new Map(held.features.map((feature) => [feature.name, feature]));
    this.#segments = new Map((held.segments ?? []).map((segment) => [segment.id, segment]));
    this.#draws = new Map(sticky.features.map((flag) => [flag.name, toRolloutDraw(flag)]));
  }

  getDraw(name: string): RolloutDraw | undefined {
    return this.#draws.get(name);
  }

  getToggle(name: string): Feature | undefined {
    return this.#features.get(name);
  }

  getToggles(): Feature[] {
    return [...this.#features.values()];
  }

  getTogglesWithSegmentData(): EnhancedFeature[] {
    return this.getToggles().map((feature) => this.#toEnhanced(feature));
  }

  #toEnhanced({ strategies = [], ...feature }: Feature): EnhancedFeature {
    const enhanced = strategies.map(({ segments = [], ...strategy }) =>
      Object.assign(strategy, { segments: segments.map((id) => this.getSegment(id)) }),
    );
    return { ...feature, strategies: enhanced };
  }

  getSegment(id: number): Segment | undefined {
    return this.#segments.get(id);
  }

  async start(): Promise<void> {}

  stop(): void {
    this.removeAllListeners();
  }
}

/** The last to get anything. */
const LAST_POSITION = 100;

export interface Evaluator {
  hold(document: FlagsDocument): void;
  has(name: string): boolean;
  /** For a flag that is held. May throw on a flag that the SDK cannot digest. */
  isEnabled(name: string, subject: FlagSubject): boolean;
  /** The name of the variant that is drawn for the subject, if the flag is on for it. May throw as `isEnabled` may. */
  variantOf(name: string, subject: FlagSubject): string | undefined;
  /** Where the subject stands in the flag's draw, from 1 to 100; 100 for a flag that is not held. */
  positionOf(name: string, subject: FlagSubject): number;
  destroy(): void;
}

function toContext({ key, remoteAddress }: FlagSubject, clock: Clock): Context {
  // The SDK takes an empty id for none, and rolls dice.
  const id = key === "" ? "anonymous" : key;
  return {
    userId: id,
    sessionId: id,
    currentTime: new Date(clock.now()),
    ...(remoteAddress !== undefined && { remoteAddress }),
  };
}

/** The SDK's evaluation, over documents that we hold. It makes no network calls and writes no files. */
export function createEvaluator(clock: Clock): Evaluator {
  const repository = new HeldRepository();
  const sdk = new Unleash({
    appName: "banyan",
    // Required, and never called: repository and metrics, which would, are replaced and off.
    url: "http://unleash.invalid/api",
    repository,
    disableMetrics: true,
    disableAutoStart: true,
    skipInstanceCountWarning: true,
  });
  sdk.on(UnleashEvents.Error, () => {});
  repository.emit(UnleashEvents.Ready);
  return {
    hold: (document) => repository.hold(document),
    has: (name) => repository.getToggle(name) !== undefined,
    isEnabled: (name, subject) => sdk.isEnabled(name, toContext(subject, clock), false),
    variantOf(name, subject) {
      const { name: variant, enabled } = sdk.getVariant(name, toContext(subject, clock));
      return enabled ? variant : undefined;
    },
    positionOf(name, subject) {
      const draw = repository.getDraw(name);
      return draw === undefined ? LAST_POSITION : toRolloutPosition(draw, subject);
    },
    destroy: () => sdk.destroy(),
  };
}

export interface UnleashServer {
  /** The API's base, such as `https://unleash.example/api`. */
  readonly url: string;
  readonly token: string;
  readonly appName: string;
  readonly refreshIntervalMs: number;
  /** Of one attempt, of which the SDK makes three before it reports a failure; at least 1,000. */
  readonly timeoutMs: number;
  readonly metricsIntervalMs: number;
}

export interface PollerEvents {
  /** The server sent its flags. */
  received(response: ClientFeaturesResponse): void;
  /** The server said that nothing changed. */
  unchanged(): void;
  failed(problem: string): void;
}

export interface Poller {
  /** Counts one evaluation for the usage metrics that the SDK sends to the server. */
  count(name: string, enabled: boolean): void;
  /** Sends the usage metrics that are still here; never rejects. */
  flush(): Promise<void>;
  /** Nothing is reported after it. */
  destroy(): void;
}

/** Both ends of the SDK report by the same event; a failing metrics post says nothing about the flags. */
const isAboutMetrics = (message: string): boolean => /\/client\/(metrics|register)/.test(message);

/** Polls a server by the SDK until it is destroyed, or until a 401 or 403, after which the SDK is silent for ever. */
export function startPoller(server: UnleashServer, events: PollerEvents): Poller {
  const sdk = new Unleash({
    appName: server.appName,
    url: server.url,
    customHeaders: { Authorization: server.token },
    refreshInterval: server.refreshIntervalMs,
    timeout: server.timeoutMs,
    metricsInterval: server.metricsIntervalMs,
    skipInstanceCountWarning: true,
    // The SDK hands each answer of the server to its backup, and nothing else, as there is no bootstrap. Nothing
    // is given back: a backup of unknown age must not pass for an answer.
    storageProvider: {
      get: async () => undefined,
      set: async (_appName: string, response: ClientFeaturesResponse) => events.received(response),
    },
  });
  const fail = (error: unknown): void => {
    const message = toMessage(error);
    if (!isAboutMetrics(message)) events.failed(message);
  };
  sdk.on(UnleashEvents.Unchanged, () => events.unchanged());
  sdk.on(UnleashEvents.Error, fail);
  sdk.on(UnleashEvents.Warn, fail);
  let isDestroyed = false;
  return {
    count: (name, enabled) => sdk.count(name, enabled),
    flush: async () => sdk.flushMetrics(),
    destroy() {
      if (isDestroyed) return;
      isDestroyed = true;
      sdk.destroy();
      sdk.removeAllListeners(UnleashEvents.Warn);
      // destroy() takes the listeners off the repository, whose fetch may still be under way. Its failure is then
      // an `error` event that nobody hears, which ends the process (6.12.1).
      const repository: unknown = sdk["repository"];
      if (repository instanceof EventEmitter) repository.on(UnleashEvents.Error, () => {});
    },
  };
}
