import { openStandIn } from "#cli/open-stand-in.ts";
import { silentLogger } from "#platform/logger.ts";
import { startRecordedAi } from "#support/recorded-ai.ts";
import { type SpawnedBanyan, spawnBanyan } from "#support/spawn-banyan.ts";

import { CHAT_PATH } from "./load.ts";
import { type SlowFront, startSlowFront } from "./slow-front.ts";

/** It opens nothing but the demo. */
export const ADMIN_TOKEN = "the-demo-admin-token";

/**
 * How long an assistant thinks, on either side: far less than a real one, and far more than either side adds to it on
 * a machine that has much else to do.
 */
export const THINKING_MS = 500;
/** What the model takes once a fault is planted in it. */
export const FAULTY_MS = 4 * THINKING_MS;

type Environment = Readonly<Record<string, string>>;

/** What the story is played on: Banyans before the stand-in, and the model that their native sides ask. */
export interface Stage extends AsyncDisposable {
  /** The model that native chat asks; the planted fault is in it, and so outside of Banyan. */
  readonly model: SlowFront;
  /** Starts a Banyan that holds to the ceiling, with legacy and model behind it. */
  startBanyan(environment?: Environment): Promise<SpawnedBanyan>;
  /** Starts one of the same build for the contract suite, as a pipeline would: everything native, nobody waits. */
  startJudged(): Promise<SpawnedBanyan>;
}

const SHARED = {
  ANTHROPIC_API_KEY: "key-of-a-fake",
  /** What the suite's cases of internal routes know. */
  INTERNAL_API_SECRET: "contract-suite-secret",
  BUILD_ID: "demo",
};

async function fill(owned: AsyncDisposableStack): Promise<Omit<Stage, symbol>> {
  const standIn = await openStandIn({ host: "127.0.0.1", port: 0 }, silentLogger);
  owned.defer(async () => standIn.close());
  const ai = owned.use(await startRecordedAi());
  const legacy = owned.use(
    await startSlowFront({
      origin: standIn.url,
      thinkingMs: THINKING_MS,
      takesThought: ({ method, url }) => method === "POST" && url === CHAT_PATH,
    }),
  );
  const model = owned.use(
    await startSlowFront({
      origin: new URL(ai.baseUrl),
      thinkingMs: THINKING_MS,
      takesThought: () => true,
    }),
  );
  return {
    model,
    startBanyan: async (environment = {}) =>
      owned.use(
        await spawnBanyan({
          ...SHARED,
          LEGACY_URL: legacy.url.origin,
          ANTHROPIC_BASE_URL: model.url.origin,
          ADMIN_TOKEN,
          CEILING: "enforce",
          // A demo does not wait a minute for what was found to be written down.
          EVIDENCE_PERIOD_MS: "250",
          ...environment,
        }),
      ),
    async startJudged() {
      const judged = owned.use(
        await spawnBanyan({
          ...SHARED,
          LEGACY_URL: standIn.url.origin,
          ANTHROPIC_BASE_URL: ai.baseUrl,
        }),
      );
      await judged.setFlags({ "pam.chat": true });
      return judged;
    },
  };
}

export async function openStage(): Promise<Stage> {
  const owned = new AsyncDisposableStack();
  try {
    const parts = await fill(owned);
    return { ...parts, [Symbol.asyncDispose]: async () => owned.disposeAsync() };
  } catch (error) {
    await owned.disposeAsync();
    throw error;
  }
}
