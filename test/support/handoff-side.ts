import {
  type DatedMessage,
  InMemoryPamInstanceStore,
  type PamInstanceStore,
} from "#pam/store/index.ts";
import { createAuthenticator } from "#platform/auth.ts";
import { systemClock } from "#platform/clock.ts";
import type { FlagValue } from "#platform/flags/index.ts";
import { createMetrics } from "#platform/metrics.ts";
import { systemScheduler } from "#platform/resilience/scheduler.ts";
import { createHandoff } from "#routing/handoff/index.ts";
import { type ChatLegacy, type ChatLegacyOptions, startChatLegacy } from "#support/chat-legacy.ts";
import { createFakeFlags, type FakeFlags } from "#support/fake-flags.ts";
import { TOKEN_SECRET } from "#support/sign-token.ts";
import { startTestListener, type TestListener } from "#support/test-listener.ts";
import { until } from "#support/until.ts";

/** The real listener in front of a legacy that chats, with the handoff looking on. */
export interface HandoffSide extends AsyncDisposable {
  readonly legacy: ChatLegacy;
  readonly listener: TestListener;
  readonly flags: FakeFlags;
  readonly store: PamInstanceStore;
  /** What the store has of a user, as `role: text`, once there are that many. */
  saidBy(userId: string, count: number): Promise<readonly string[]>;
  /** Resolves when so many were counted under an outcome. */
  counted(outcome: string, count?: number): Promise<number>;
  countOf(outcome: string): Promise<number>;
}

export interface HandoffSideOptions extends ChatLegacyOptions {
  readonly store?: PamInstanceStore;
  /** Of routes and concerns; looked at anew by each request. */
  readonly routeFlags?: Readonly<Record<string, FlagValue>>;
}

const toLine = (message: DatedMessage): string =>
  message.role === "tool" ? "tool" : `${message.role}: ${message.text}`;

export async function startHandoffSide({
  store = new InMemoryPamInstanceStore(),
  routeFlags = {},
  ...options
}: HandoffSideOptions = {}): Promise<HandoffSide> {
  const legacy = await startChatLegacy(options);
  const flags = createFakeFlags();
  flags.turn("pam.handoff", "on");
  const metrics = createMetrics({ version: "0" });
  const clock = systemClock;
  const handoff = createHandoff({
    flags,
    authenticator: createAuthenticator({ jwtSecret: TOKEN_SECRET, jwksUrl: undefined, clock }),
    metrics,
    scheduler: systemScheduler,
    store,
    safetyProfileOf: () => "legacy",
    clock,
  });
  const listener = await startTestListener({
    origin: legacy.origin,
    onlookers: [handoff],
    flags: routeFlags,
    dependencies: { store },
  });

  const countOf = async (outcome: string): Promise<number> => {
    const label = `banyan_handoff_total{outcome="${outcome}"}`;
    const line = (await metrics.render()).split("\n").find((text) => text.startsWith(label));
    return Number(line?.split(" ").at(-1) ?? Number.NaN);
  };
  return {
    legacy,
    listener,
    flags,
    store,
    countOf,
    counted: async (outcome, count = 1) =>
      until(async () => {
        const found = await countOf(outcome);
        return found >= count && found;
      }),
    saidBy: async (userId, count) =>
      until(async () => {
        const { history } = await store.read(userId);
        return history.length >= count && history.map(toLine);
      }),
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]();
      await handoff.close();
      await legacy[Symbol.asyncDispose]();
    },
  };
}
