import type { SpeechReport } from "#pam/speech/index.ts";

/** What a client is told of a state of the engines. */
interface Standing {
  readonly overall_status: "optimal" | "good" | "limited" | "minimal";
  readonly user_message: string;
  readonly capabilities: readonly string[];
  readonly primary_service:
    | "full_voice_with_offline"
    | "full_voice_online_only"
    | "partial_voice"
    | "text_only";
  readonly recommendations: readonly string[];
}

/** Speech is heard by the browser itself, whatever happens here. */
const LISTENS = "speech_to_text";
const SPEAKS = "text_to_speech";
const SPEAKS_OFFLINE = "offline_text_to_speech";

const STANDINGS = {
  both: {
    overall_status: "optimal",
    user_message: "Voice services are fully available",
    capabilities: [LISTENS, SPEAKS, SPEAKS_OFFLINE],
    primary_service: "full_voice_with_offline",
    recommendations: [],
  },
  network: {
    overall_status: "good",
    user_message: "Voice services are available while the network is",
    capabilities: [LISTENS, SPEAKS],
    primary_service: "full_voice_online_only",
    recommendations: ["Install espeak-ng for speech without a network"],
  },
  local: {
    overall_status: "limited",
    user_message: "Voice services are available with a plain voice",
    capabilities: [LISTENS, SPEAKS, SPEAKS_OFFLINE],
    primary_service: "partial_voice",
    recommendations: ["Set OPENAI_API_KEY or let Edge be reached for a better voice"],
  },
  none: {
    overall_status: "minimal",
    user_message: "Answers come as text: no voice service is available",
    capabilities: [LISTENS],
    primary_service: "text_only",
    recommendations: ["Set OPENAI_API_KEY, let Edge be reached, or install espeak-ng"],
  },
} as const satisfies Record<string, Standing>;

/** How good speech is at the moment, by which engines can be asked. Pure. */
export function toStanding({ engines }: SpeechReport): Standing {
  const usable = engines.filter(({ isAvailable, isReady }) => isAvailable && isReady);
  const isLocalUsable = usable.some(({ isLocal }) => isLocal);
  const isNetworkUsable = usable.some(({ isLocal }) => !isLocal);
  if (isNetworkUsable) return isLocalUsable ? STANDINGS.both : STANDINGS.network;
  return isLocalUsable ? STANDINGS.local : STANDINGS.none;
}

const toPercent = (share: number, whole: number): number =>
  whole === 0 ? 0 : Math.round((share / whole) * 1_000) / 10;

const toMegabytes = (bytes: number): number => Math.round((bytes / 1_048_576) * 100) / 100;

function toCacheDetails({ cache }: SpeechReport): object {
  return {
    cache_entries: cache.entries,
    cache_size_mb: toMegabytes(cache.bytes),
    max_size_mb: toMegabytes(cache.maxBytes),
    hit_rate_percent: toPercent(cache.hits, cache.hits + cache.misses),
    total_requests: cache.hits + cache.misses,
    cache_hits: cache.hits,
    cache_misses: cache.misses,
    evictions: cache.evictions,
  };
}

/** What engines were asked for, the cache aside. */
export function toPerformance({ figures }: SpeechReport): object {
  return {
    total_requests: figures.asked,
    success_rate_percent: toPercent(figures.spoken, figures.asked),
    avg_generation_time_ms: figures.meanMs,
    engine_usage: Object.fromEntries(figures.byEngine),
  };
}

/** The state of speech by engine, in the legacy's shape. Pure. */
export function toSpeechService(report: SpeechReport): object {
  const { engines } = report;
  const healthy = engines.filter(({ isAvailable, isReady }) => isAvailable && isReady);
  const isAvailable = healthy.length > 0;
  return {
    available: isAvailable,
    engines: healthy.map(({ name }) => name),
    status: isAvailable ? "healthy" : "failed",
    details: {
      service_status: isAvailable ? "healthy" : "failed",
      engines: {
        overall_status: healthy.length === engines.length ? "healthy" : "degraded",
        engines: Object.fromEntries(
          engines.map((engine) => [
            engine.name,
            {
              status: healthy.includes(engine) ? "healthy" : "unhealthy",
              engine_available: engine.isAvailable,
            },
          ]),
        ),
        healthy_engines: healthy.length,
        total_engines: engines.length,
      },
      cache: toCacheDetails(report),
      performance: toPerformance(report),
      initialized: true,
    },
  };
}
