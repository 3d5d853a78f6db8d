import { randomBytes } from "node:crypto";
import { join } from "node:path";

import { type AskLegacyOptions, createAskLegacy } from "#cli/serve/shadow/ask-legacy.ts";
import {
  type ContractKnowledge,
  loadContractKnowledge,
} from "#cli/serve/shadow/contract-knowledge.ts";
import {
  type ContainedNativeOptions,
  createContainedNative,
} from "#cli/serve/shadow/create-contained-native.ts";
import { createInMemoryNative, type InMemoryNative } from "#cli/serve/shadow/in-memory-native.ts";
import {
  createLegacyWords,
  wordsOfAnswer,
  wordsOfTranscript,
} from "#cli/serve/shadow/legacy-words.ts";
import type { DriftStore } from "#delivery/drift/index.ts";
import {
  createEffectScope,
  createShadow,
  type Shadow,
  type ShadowRun,
  type ShadowSubject,
} from "#delivery/shadow/index.ts";
import { createLifecycle } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import { packageRoot } from "#platform/package-root.ts";
import type { LegacyExchange, Onlooker } from "#routing/legacy-exchange.ts";
import { createRouteMatcher } from "#routing/match-route.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { concernFlagOf, type Route } from "#routing/route.ts";

export interface ShadowingOptions
  extends Omit<ContainedNativeOptions, "effects" | "provider">, AskLegacyOptions {
  readonly hasNative: (routeId: string) => boolean;
  readonly drift: Pick<DriftStore, "recordShadow" | "recordBaseline">;
  readonly logger: Logger;
}

export interface Shadowing {
  readonly shadow: Shadow;
  readonly onlooker: Onlooker;
}

/** On for a cohort: its requests to the concern are answered natively as well, and compared. */
const flagOfShadow = (route: Route): string | undefined => {
  const flag = concernFlagOf(route);
  return flag === undefined ? undefined : `${flag}.shadow`;
};

/** A read changes nothing, and a conversation is had on words and stores that are the shadow's own. */
const isContained = ({ effect, conversation }: Route): boolean =>
  effect === "read" || conversation === "chat" || conversation === "chat-socket";

const routes: ReadonlyMap<string, Route> = new Map(ROUTE_TABLE.map((route) => [route.id, route]));

function toSubject({
  request,
  requestId,
  target,
  resolution,
}: LegacyExchange): ShadowSubject | undefined {
  const route = resolution.match?.route;
  if (route === undefined) return undefined;
  const { method = "GET", rawHeaders: headers } = request;
  return {
    requestId,
    routeId: route.id,
    cohort: resolution.cohort.key,
    method,
    target,
    headers,
    isSafe: route.effect === "read" && method === "GET",
  };
}

/** What is built for the first request of a sample. */
interface Built extends ContractKnowledge {
  readonly native: InMemoryNative;
}

/**
 * Shadows what its concern's flag `pam.<concern>.shadow` samples. Nothing of it is built before the first request of
 * a sample.
 */
export function createShadowing(options: ShadowingOptions): Shadowing {
  const { flags, drift, hasNative, logger, lifecycle, live } = options;
  const effects = createEffectScope();
  const words = createLegacyWords((kind, summary) => {
    effects.record(kind, summary);
  });
  const opened = createLifecycle(logger);
  let building: Promise<Built> | undefined;
  let built: Built | undefined;

  async function build(): Promise<Built> {
    const knowledge = await loadContractKnowledge(join(packageRoot(), "contracts"));
    const contained = { ...options, effects, provider: words.provider, lifecycle: opened };
    const native = createInMemoryNative({
      native: createContainedNative(contained),
      matchRoute: createRouteMatcher(ROUTE_TABLE),
    });
    return { native, ...knowledge };
  }
  lifecycle.own("native side of the shadow", {
    async close() {
      // What is being built would be closed by nobody.
      await building?.catch(() => undefined);
      await opened.close();
    },
  });
  const ready = (): Built => {
    if (built === undefined) throw new TypeError("A shadow ran before its native side was built");
    return built;
  };
  const toRun = ({ effects: recorder, signal }: ShadowRun<unknown>, texts: readonly string[]) => ({
    signal,
    within: <Result>(task: () => Result): Result =>
      effects.run(recorder, () => words.saying(texts, task)),
  });

  const shadow = lifecycle.own(
    "shadow",
    createShadow({
      isSampled(routeId, cohort) {
        const route = routes.get(routeId);
        const flag = route && flagOfShadow(route);
        return flag !== undefined && flags.evaluate(flag, { key: cohort }) === "on";
      },
      canShadow(routeId) {
        const route = routes.get(routeId);
        return route !== undefined && hasNative(routeId) && isContained(route);
      },
      async prepare() {
        building ??= build();
        try {
          built = await building;
        } catch (error) {
          // The next run tries again.
          building = undefined;
          throw error;
        }
      },
      runNative: async (subject, body, run) =>
        ready().native.ask(subject, body, toRun(run, wordsOfAnswer(run.legacy))),
      openNative: async (subject, listener, run) =>
        ready().native.converse(subject, listener, toRun(run, wordsOfTranscript(run.legacy))),
      askLegacy: createAskLegacy(options),
      rulesOf: (routeId) => ready().rulesOf(routeId),
      explainer: {
        answer: (...given) => ready().explainer.answer(...given),
        conversation: (...given) => ready().explainer.conversation(...given),
      },
      drift,
      scheduler: live.scheduler,
      pseudonymKey: randomBytes(32),
      logger,
    }),
  );

  return {
    shadow,
    onlooker: {
      requestTap(exchange) {
        const subject = toSubject(exchange);
        return subject && shadow.exchangeTap(subject);
      },
      socketTap(exchange) {
        const subject = toSubject(exchange);
        return subject && shadow.socketTap(subject);
      },
    },
  };
}
