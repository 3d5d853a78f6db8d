/** Runs native beside legacy for a sample of requests, and changes nothing by it. */
export { DROP_REASONS, type ShadowCounts } from "#delivery/shadow/counters.ts";
export { createShadow, type Shadow, type ShadowOptions } from "#delivery/shadow/create-shadow.ts";
export {
  createEffectRecorder,
  createEffectScope,
  type EffectScope,
} from "#delivery/shadow/effects.ts";
export { DEFAULT_SHADOW_LIMITS, type ShadowLimits } from "#delivery/shadow/limits.ts";
export type {
  AskLegacy,
  ConversationListener,
  NativeConversation,
  ShadowRun,
} from "#delivery/shadow/ports.ts";
export { sumShadowCounts, toEndedCounts } from "#delivery/shadow/sum-counts.ts";
export type { ShadowSubject } from "#delivery/shadow/subject.ts";
