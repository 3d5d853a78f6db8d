import type { Clock } from "#platform/clock.ts";
import { createFileSource } from "#platform/flags/file-source.ts";
import type { FlagSource, Hold } from "#platform/flags/flag-source.ts";
import { STATIC_FRESHNESS } from "#platform/flags/freshness.ts";
import { createMirrorSource, type FlagFeed } from "#platform/flags/mirror-source.ts";
import { createUnleashSource } from "#platform/flags/unleash-source.ts";
import type { Logger } from "#platform/logger.ts";

/** Below it the SDK's retries refuse to work. */
const MIN_TIMEOUT_MS = 1000;

interface UnleashOptions {
  readonly kind: "unleash";
  /** The API's base, such as `https://unleash.example/api`; a bare origin gets `/api`. */
  readonly url: string;
  /** A backend token: `project:environment.secret`. */
  readonly token: string;
  /** Shown in Unleash's list of applications; default `banyan`. */
  readonly appName?: string | undefined;
  /** Default 1,000. */
  readonly refreshIntervalMs?: number | undefined;
  /** Of one attempt; default 5,000, and 1,000 where less is asked for. */
  readonly timeoutMs?: number | undefined;
  /** How often usage goes to the server; default 60,000. */
  readonly metricsIntervalMs?: number | undefined;
  /** A flags file that decides until the server has answered for the first time. */
  readonly bootstrapPath?: string | undefined;
}

export type FlagSourceOptions =
  | { readonly kind: "none" }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "mirror"; readonly feed: FlagFeed }
  | UnleashOptions;

export interface SourceDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly hold: Hold;
}

function toApiUrl(url: string): string {
  const { pathname, origin } = new URL(url);
  return pathname === "/" ? `${origin}/api` : url;
}

function openServer(options: UnleashOptions, dependencies: SourceDependencies): FlagSource {
  return createUnleashSource({
    ...dependencies,
    server: {
      url: toApiUrl(options.url),
      token: options.token,
      appName: options.appName ?? "banyan",
      refreshIntervalMs: options.refreshIntervalMs ?? 1000,
      timeoutMs: Math.max(MIN_TIMEOUT_MS, options.timeoutMs ?? 5000),
      metricsIntervalMs: options.metricsIntervalMs ?? 60_000,
    },
  });
}

/** The file decides, and may still be edited, until the server's first answer; then it is left alone. */
function openBootstrapped(file: FlagSource, server: FlagSource): FlagSource {
  void server.firstAnswer.then(async () => file.close());
  return {
    ...server,
    freshness() {
      const freshness = server.freshness();
      const filed = freshness.state === "offline" ? file.freshness().problem : undefined;
      const problems = [freshness.problem, filed].filter((problem) => problem !== undefined);
      return { ...freshness, problem: problems.length === 0 ? undefined : problems.join("; ") };
    },
    async close() {
      await file.close();
      await server.close();
    },
  };
}

export function openSource(
  options: FlagSourceOptions,
  dependencies: SourceDependencies,
): FlagSource {
  switch (options.kind) {
    case "none":
      return {
        firstAnswer: Promise.resolve(),
        freshness: () => STATIC_FRESHNESS,
        close: async () => {},
      };
    case "file":
      return createFileSource({ ...dependencies, path: options.path });
    case "mirror":
      return createMirrorSource(options.feed, dependencies.hold);
    case "unleash": {
      if (options.bootstrapPath === undefined) return openServer(options, dependencies);
      const file = createFileSource({ ...dependencies, path: options.bootstrapPath });
      return openBootstrapped(file, openServer(options, dependencies));
    }
  }
}
