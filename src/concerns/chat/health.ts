import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { sendJson } from "#concerns/send-json.ts";
import { toNaiveUtc } from "#platform/clock.ts";

/** How long one finding is repeated, as on the legacy. */
const KEEP_MS = 30_000;

interface Finding {
  readonly body: Readonly<Record<string, unknown>>;
  readonly foundAtMs: number;
}

/** One decimal, as the legacy rounds. */
const toTenths = (value: number): number => Math.round(value * 10) / 10;

/**
 * `GET /api/v1/pam/health`: whether the assistant's provider is configured. Always 200, open to all. The
 * finding is kept 30 s; a repeated one says so and how old it is, with everything else unchanged.
 */
export function createHealth({ clock, hasAnthropicKey }: ConcernDependencies): NativeHandler {
  let kept: Finding | undefined;

  function look(): Finding {
    const startedAtMs = clock.monotonicMs();
    const state = hasAnthropicKey
      ? {
          status: "healthy",
          claude_api: "available",
          message: "PAM service operational with Claude 3.5 Sonnet",
        }
      : {
          status: "degraded",
          claude_api: "not_configured",
          message: "PAM service degraded - Anthropic API key not configured",
        };
    const body = {
      status: state.status,
      timestamp: toNaiveUtc(clock.now()),
      service: "PAM",
      claude_api: state.claude_api,
      message: state.message,
      ...(hasAnthropicKey && { performance: { optimized: true, cached: true } }),
      cached: false,
      response_time_ms: toTenths(clock.monotonicMs() - startedAtMs),
    };
    return { body, foundAtMs: clock.monotonicMs() };
  }

  return (_request, response) => {
    const ageMs =
      kept === undefined ? Number.POSITIVE_INFINITY : clock.monotonicMs() - kept.foundAtMs;
    if (kept === undefined || ageMs >= KEEP_MS) {
      kept = look();
      sendJson(response, 200, kept.body);
      return;
    }
    sendJson(response, 200, {
      ...kept.body,
      cached: true,
      cache_age_seconds: toTenths(ageMs / 1000),
    });
  };
}
