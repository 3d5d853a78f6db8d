import { createSharedState } from "#cli/serve/create-shared-state.ts";
import { toAssistantParts } from "#concerns/assistant-parts.ts";
import type { ConcernDependencies } from "#concerns/concern.ts";
import { CONCERNS, NATIVE_ROUTE_IDS } from "#concerns/index.ts";
import { createAssistant } from "#pam/assistant.ts";
import { createProviders, type ModelProvider } from "#pam/providers/index.ts";
import { createPushes } from "#pam/pushes/index.ts";
import { createSpeech } from "#pam/speech/index.ts";
import { chatCompletionsFormat, claudeFormat } from "#pam/tools/door.ts";
import { createAuthenticator } from "#platform/auth.ts";
import { systemClock } from "#platform/clock.ts";
import { createLazyDatabase, type Database } from "#platform/database/index.ts";
import type { FlagValue } from "#platform/flags/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import type { Redis } from "#platform/redis/index.ts";
import { systemScheduler } from "#platform/resilience/scheduler.ts";
import { parseTrust } from "#platform/trust.ts";
import { toAllowedOrigins } from "#routing/cors.ts";
import type { ExchangeObserver, ExchangeRecord, Refusal } from "#routing/exchange.ts";
import { createRouteMatcher } from "#routing/match-route.ts";
import { createNativeSide } from "#routing/native.ts";
import { createResolver } from "#routing/resolve.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { createUpstream, type SocketClose } from "#routing/upstream/index.ts";
import {
  createPublicListener,
  type PublicListener,
  type PublicListenerOptions,
} from "#server/public-listener.ts";
import { TOKEN_SECRET } from "#support/sign-token.ts";

export interface TestListener extends AsyncDisposable {
  readonly listener: PublicListener;
  readonly url: URL;
  readonly port: number;
  readonly records: readonly ExchangeRecord[];
  readonly refusals: readonly Refusal[];
  readonly closes: readonly SocketClose[];
  /** What native sides read and write, opened on first use. */
  readonly database: () => Promise<Database>;
}

export interface TestListenerOptions extends Partial<PublicListenerOptions> {
  /** Where the upstream is. */
  readonly origin: URL;
  /** What each flag is for everybody; the others are absent. */
  readonly flags?: Readonly<Record<string, FlagValue>>;
  /** What native sides are built from, where a test has its own. */
  readonly dependencies?: Partial<ConcernDependencies>;
  /** Default: the offline one, as where there is no key. */
  readonly providers?: ReadonlyMap<string, ModelProvider>;
  readonly redis?: Redis;
  /** Default: one of its own, closed with it. */
  readonly database?: () => Promise<Database>;
}

const createOfflineProviders = (): ReadonlyMap<string, ModelProvider> =>
  createProviders(
    {},
    {
      formats: { claude: claudeFormat, chatCompletions: chatCompletionsFormat },
      fetch,
      clock: systemClock,
    },
  );

/** With `x-banyan-override` beside it, chooses the side of one request. */
export const OPERATOR_TOKEN = "operator-token-of-the-tests";

/** The public listener as the service builds it, over a given upstream and given flags. */
export async function startTestListener({
  origin,
  flags = {},
  dependencies = {},
  providers = createOfflineProviders(),
  redis,
  database: given,
  ...options
}: TestListenerOptions): Promise<TestListener> {
  const records: ExchangeRecord[] = [];
  const refusals: Refusal[] = [];
  const closes: SocketClose[] = [];
  const observer: ExchangeObserver = {
    requestStarted: () => {},
    requestEnded: (record) => records.push(record),
    requestRefused: (refusal) => refusals.push(refusal),
    socketOpened: () => {},
    socketClosed: (_record, close) => closes.push(close),
  };
  const own = createLazyDatabase({ url: undefined, clock: systemClock, logger: silentLogger });
  const database = given ?? own.get;
  const metrics = createMetrics({ version: "0.0.0" });
  const evaluate = (name: string): FlagValue => flags[name] ?? "absent";
  const assistant = createAssistant({
    providers,
    database,
    services: {},
    redis,
    flags: { evaluate },
    clock: systemClock,
    scheduler: systemScheduler,
    logger: silentLogger,
    metrics,
  });
  const upstream = createUpstream({ origin, clock: systemClock });
  const allowedOrigins = toAllowedOrigins();
  const listener = createPublicListener({
    resolve: createResolver({
      matchRoute: createRouteMatcher(ROUTE_TABLE),
      flags: { evaluate: (name) => flags[name] ?? "absent", positionOf: () => 1 },
      hasNative: (id) => NATIVE_ROUTE_IDS.has(id),
      adminToken: OPERATOR_TOKEN,
    }),
    upstream,
    native: createNativeSide({
      concerns: CONCERNS,
      dependencies: {
        clock: systemClock,
        scheduler: systemScheduler,
        logger: silentLogger,
        authenticator: createAuthenticator({
          jwtSecret: TOKEN_SECRET,
          jwksUrl: undefined,
          clock: systemClock,
        }),
        database,
        ...toAssistantParts(assistant, { evaluate }),
        internalSecret: undefined,
        speech: createSpeech({ engines: [], clock: systemClock }),
        realtimeVoice: undefined,
        pushes: createPushes({ metrics, logger: silentLogger }),
        ...createSharedState({
          redis,
          clock: systemClock,
          logger: silentLogger,
          metrics,
        }),
        hasAnthropicKey: false,
        ...dependencies,
      },
      allowedOrigins,
    }),
    allowedOrigins,
    observer,
    clock: systemClock,
    logger: silentLogger,
    createRequestId: () => "made-id",
    trust: parseTrust("off"),
    timeouts: { connectMs: 2000, firstByteMs: 2000 },
    maxBodyBytes: undefined,
    maxHeaderBytes: 16_384,
    maxUrlBytes: 4096,
    legacyHost: undefined,
    exposeSide: true,
    ...options,
  });
  const url = await listener.listen({ host: "127.0.0.1", port: 0 });
  return {
    listener,
    url,
    port: Number(url.port),
    records,
    refusals,
    closes,
    database,
    async [Symbol.asyncDispose]() {
      await listener.close();
      await upstream.close();
      await assistant.close();
      await own.close();
    },
  };
}
