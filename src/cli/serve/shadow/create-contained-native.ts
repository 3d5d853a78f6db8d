import { createSharedState } from "#cli/serve/create-shared-state.ts";
import { toAssistantParts } from "#concerns/assistant-parts.ts";
import type { ConcernDependencies } from "#concerns/concern.ts";
import { CONCERNS } from "#concerns/index.ts";
import type { EffectScope } from "#delivery/shadow/index.ts";
import { createAssistant } from "#pam/assistant.ts";
import type { ModelProvider } from "#pam/providers/index.ts";
import { createPushes } from "#pam/pushes/index.ts";
import { SpeechError } from "#pam/speech/index.ts";
import { createRecordingDatabase } from "#platform/database/index.ts";
import type { Flags } from "#platform/flags/index.ts";
import type { Lifecycle } from "#platform/lifecycle.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import { createNativeSide, type NativeSide } from "#routing/native.ts";

export interface ContainedNativeOptions {
  /** What live traffic is answered from, as far as a shadow may use it. */
  readonly live: Pick<
    ConcernDependencies,
    | "clock"
    | "scheduler"
    | "authenticator"
    | "database"
    | "speech"
    | "realtimeVoice"
    | "hasAnthropicKey"
  >;
  readonly flags: Pick<Flags, "evaluate">;
  readonly effects: EffectScope;
  readonly provider: ModelProvider;
  readonly allowedOrigins: ReadonlySet<string>;
  readonly lifecycle: Lifecycle;
}

/** Says of voices what there is to say, and lets none of them speak. */
function createSilence(
  { speech, realtimeVoice }: ContainedNativeOptions["live"],
  effects: EffectScope,
): Pick<ConcernDependencies, "speech" | "realtimeVoice"> {
  const error = "Nothing is spoken in a shadow";
  return {
    speech: {
      report: async () => speech.report(),
      async speak() {
        effects.record("speech", "text to sound");
        return { kind: "silence", error };
      },
    },
    realtimeVoice: realtimeVoice && {
      async openSession() {
        effects.record("speech", "session of realtime voice");
        throw new SpeechError(error);
      },
    },
  };
}

/**
 * The native side once more, on dependencies that change nothing outside of it: the database is read and not
 * written, models and voices are not asked, counters, caches and memory are its own, and nobody is pushed anything.
 */
export function createContainedNative({
  live,
  flags,
  effects,
  provider,
  allowedOrigins,
  lifecycle,
}: ContainedNativeOptions): NativeSide {
  const { clock, scheduler, authenticator, hasAnthropicKey } = live;
  const logger = silentLogger;
  // Read by nobody: what happens in a shadow is no traffic.
  const metrics = createMetrics({ version: "shadow" });
  const database = createRecordingDatabase(live.database, (statement) => {
    effects.record("database", statement);
  });
  const assistant = lifecycle.own(
    "shadow assistant",
    createAssistant({
      providers: new Map([[provider.name, provider]]),
      database,
      services: {},
      redis: undefined,
      flags,
      clock,
      scheduler,
      logger,
      metrics,
    }),
  );
  return createNativeSide({
    concerns: CONCERNS,
    dependencies: {
      clock,
      scheduler,
      logger,
      authenticator,
      database,
      ...toAssistantParts(assistant, flags),
      internalSecret: undefined,
      ...createSilence(live, effects),
      pushes: createPushes({ metrics, logger }),
      ...createSharedState({ redis: undefined, clock, logger, metrics }),
      hasAnthropicKey,
    },
    allowedOrigins,
  });
}
