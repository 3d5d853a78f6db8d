import type { Clock } from "#platform/clock.ts";
import type { FlagSource, Hold } from "#platform/flags/flag-source.ts";
import { toServerFreshness } from "#platform/flags/freshness.ts";
import { toServerDocument } from "#platform/flags/parse-flags.ts";
import { startPoller, type Poller, type UnleashServer } from "#platform/flags/unleash.ts";
import { within } from "#platform/flags/within.ts";
import type { Logger } from "#platform/logger.ts";

/** The longest wait before a silent poller is replaced again. */
const MAX_RENEWAL_MS = 30_000;
/** What the last usage metrics may delay a shutdown by. */
const FLUSH_MS = 500;

export interface UnleashSourceDependencies {
  readonly server: UnleashServer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly hold: Hold;
}

const toPatienceMs = (staleAfterMs: number, renewals: number): number =>
  Math.max(staleAfterMs, Math.min(staleAfterMs * 2 ** renewals, MAX_RENEWAL_MS));

/**
 * Holds what the server says. Flags count as confirmed only by an answer of the server, within three
 * polls and one time-out. A poller that gave none for as long is replaced, since the SDK stops for ever after a
 * 401 and backs off by minutes after others; the wait doubles while that does not help.
 */
export function createUnleashSource(dependencies: UnleashSourceDependencies): FlagSource {
  const { server, clock, logger, hold } = dependencies;
  const staleAfterMs = 3 * server.refreshIntervalMs + server.timeoutMs;
  const { promise: firstAnswer, resolve: answered } = Promise.withResolvers<void>();
  let confirmedAtMs: number | undefined;
  let pollProblem: string | undefined;
  let contentProblem: string | undefined;
  let startedAtMs = 0;
  let renewals = 0;
  let poller = start();

  function start(): Poller {
    startedAtMs = clock.monotonicMs();
    return startPoller(server, {
      received(response) {
        const { document, problem } = toServerDocument(response);
        contentProblem = problem;
        if (problem !== undefined)
          logger.warn({ problem }, "Unleash sent flags that are unreadable");
        hold(document);
        confirm();
      },
      unchanged: confirm,
      failed: noteFailure,
    });
  }

  function noteFailure(problem: string): void {
    if (problem !== pollProblem) logger.warn({ problem }, "Unleash cannot be asked for flags");
    pollProblem = problem;
  }

  function confirm(): void {
    if (pollProblem !== undefined) logger.info({}, "Unleash answers again");
    confirmedAtMs = clock.monotonicMs();
    pollProblem = undefined;
    renewals = 0;
    answered();
  }

  function renewWhenSilent(): void {
    const silentMs = clock.monotonicMs() - Math.max(startedAtMs, confirmedAtMs ?? 0);
    if (silentMs <= toPatienceMs(staleAfterMs, renewals)) return;
    renewals += 1;
    if (pollProblem === undefined) noteFailure("Unleash does not answer");
    void poller.flush();
    poller.destroy();
    poller = start();
  }

  const watchdog = setInterval(renewWhenSilent, server.refreshIntervalMs).unref();

  return {
    firstAnswer,
    freshness: () =>
      toServerFreshness(
        { nowMs: clock.monotonicMs(), confirmedAtMs, problem: pollProblem ?? contentProblem },
        staleAfterMs,
      ),
    count: (name, enabled) => poller.count(name, enabled),
    async close() {
      clearInterval(watchdog);
      await within(poller.flush(), FLUSH_MS);
      poller.destroy();
    },
  };
}
