import { LEGACY_ROUTES, type LegacyRoute } from "#contracts/legacy-routes.ts";
import type { Recordings } from "#contracts/recordings/load-recordings.ts";
import type { HttpRecording } from "#contracts/recordings/recording.ts";
import { createTokenSigner } from "#contracts/recordings/sign-token.ts";
import { expandTokens } from "#contracts/recordings/tokens.ts";
import type { Clock } from "#platform/clock.ts";
import { isAdmin } from "#stand-in/auth/auth-case.ts";
import { createFreshValues, type FreshValues, type Random } from "#stand-in/fresh-values.ts";
import { findSyntaxFault, findTypeFault } from "#stand-in/rest/body-fault.ts";
import { findNearest, findRecorded } from "#stand-in/rest/choose-case.ts";
import { adapt, asRecorded, replay, withLength } from "#stand-in/rest/compose-answer.ts";
import { applyEchoes, pairEchoes } from "#stand-in/rest/echoes.ts";
import { headerOf, pathOf, type LegacyRequest } from "#stand-in/rest/legacy-request.ts";
import type { Origin, RawAnswer } from "#stand-in/rest/raw-answer.ts";
import {
  digestRequest,
  toAnswerKey,
  toLegacyRequest,
  type RecordedCase,
  type RequestDigest,
} from "#stand-in/rest/recorded-case.ts";
import { resolvePath } from "#stand-in/rest/resolve-path.ts";
import * as rules from "#stand-in/rest/rules.ts";
import { createTemplates } from "#stand-in/rest/templates.ts";

export interface StandInAnswer {
  readonly origin: Origin;
  readonly answer: RawAnswer;
}

export interface AnswererDependencies {
  readonly recordings: Recordings;
  readonly tokenSecret: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Does what a successful request does besides being answered, and may change the answer for it. */
  readonly applyEffect: (route: LegacyRoute, request: LegacyRequest, body: string) => string;
}

/** Selects a recording by its id, whatever the request; how sequences and variants are replayed. */
export const RECORDING_HEADER = "x-banyan-recording";

export interface Answerer {
  /** Answers a request as the legacy would. Never throws for anything a client sends. */
  answer(request: LegacyRequest): StandInAnswer;
  answerTooLarge(request: LegacyRequest, isDeclared: boolean): StandInAnswer;
}

export function createAnswerer(dependencies: AnswererDependencies): Answerer {
  const { recordings, clock, random, tokenSecret } = dependencies;
  const template = createTemplates(recordings.http);
  const byId = new Map(recordings.http.map((recording) => [recording.id, recording]));
  const cases = indexCases(dependencies);

  const freshFor = (request: LegacyRequest, recording?: HttpRecording): FreshValues =>
    createFreshValues({
      clock,
      random,
      recordedAt: recording?.at,
      host: headerOf(request.headers, "host") ?? "localhost",
    });

  function adapted(origin: Origin, answer: RawAnswer, request: LegacyRequest): StandInAnswer {
    const { claims } = digestRequest(request, "jwt", tokenCheck());
    return { origin, answer: adapt(answer, request, isAdmin(claims)) };
  }

  const tokenCheck = (): { secret: string; nowSeconds: number } => ({
    secret: tokenSecret,
    nowSeconds: clock.now() / 1000,
  });

  function fromCase(
    chosen: RecordedCase,
    request: LegacyRequest,
    { route, digest }: { readonly route: LegacyRoute; readonly digest: RequestDigest },
  ): RawAnswer {
    const { recording } = chosen;
    const answer = replay(recording, freshFor(request, recording));
    if (recording.response.body.kind !== "text" || !isJson(answer)) return answer;
    const echoes = pairEchoes(
      { digest: chosen, path: pathOf(recording.request.target) },
      { digest, path: pathOf(request.target) },
    );
    const text = applyEchoes(answer.body.toString("utf8"), echoes);
    const isDone = answer.status === 200;
    const body = isDone ? dependencies.applyEffect(route, request, text) : text;
    return withLength({ ...answer, body: Buffer.from(body) });
  }

  function answerRoute(route: LegacyRoute, request: LegacyRequest): StandInAnswer {
    const context = { template, fresh: freshFor(request, template("failure")) };
    const digest = digestRequest(request, route.auth, tokenCheck());
    const known = cases.get(route) ?? [];
    const recorded = findRecorded(known, digest);
    if (recorded !== undefined) {
      return adapted("recorded", fromCase(recorded, request, { route, digest }), request);
    }
    const syntaxFault = findSyntaxFault(request, route.body);
    if (syntaxFault !== undefined) {
      return adapted("rule", rules.answerBodyFault(syntaxFault, request, context), request);
    }
    const refusal = rules.answerRefusedCaller(route, digest.auth, context);
    if (refusal !== undefined) return adapted("rule", refusal, request);
    const typeFault = findTypeFault(request, route.body);
    if (typeFault !== undefined) {
      return adapted("rule", rules.answerBodyFault(typeFault, request, context), request);
    }
    const nearest = findNearest(known, digest);
    if (nearest !== undefined) {
      return adapted("nearest", fromCase(nearest, request, { route, digest }), request);
    }
    // The text-to-speech routes that want a user fail for every user.
    if (route.auth === "jwt")
      return adapted("rule", rules.answerFailure(request, context), request);
    return adapted("none", rules.answerUnknown(`${route.method} ${route.path}`, context), request);
  }

  function replaySelected(selected: HttpRecording, request: LegacyRequest): StandInAnswer {
    const fresh = freshFor(request, selected);
    if (selected.response.body.kind === "omitted") {
      const answer = rules.answerUnknown(`the body of ${selected.id}`, { template, fresh });
      return { origin: "none", answer };
    }
    return { origin: "recorded", answer: asRecorded(selected, replay(selected, fresh)) };
  }

  return {
    answer(request) {
      const context = { template, fresh: freshFor(request, template("failure")) };
      const id = headerOf(request.headers, RECORDING_HEADER);
      if (id !== undefined) {
        const selected = byId.get(id);
        return selected === undefined
          ? { origin: "none", answer: rules.answerUnknown(id, context) }
          : replaySelected(selected, request);
      }
      const preflight = rules.answerPreflight(request, context);
      if (preflight !== undefined) return { origin: "rule", answer: preflight };
      const csrf = rules.answerCsrf(request, context);
      if (csrf !== undefined) return adapted("rule", csrf, request);
      const resolution = resolvePath(request.method, request.target);
      if (resolution.kind === "found") return answerRoute(resolution.route, request);
      const recorded = findUnrouted(recordings.http, request);
      if (recorded !== undefined) {
        return adapted("recorded", replay(recorded, freshFor(request, recorded)), request);
      }
      return adapted("rule", rules.answerUnrouted(request, resolution, context), request);
    },
    answerTooLarge(request, isDeclared) {
      const context = { template, fresh: freshFor(request, template("too-large")) };
      return adapted("rule", rules.answerTooLarge(isDeclared, context), request);
    },
  };
}

const isJson = ({ headers, body }: RawAnswer): boolean =>
  (headerOf(headers, "content-type") ?? "").startsWith("application/json") &&
  headerOf(headers, "content-encoding") === undefined &&
  body.length > 0;

/** Served without being asked for by id: the default environment, and no step of a sequence. */
export const isServed = ({ environment, sequence }: HttpRecording): boolean =>
  environment === "default" && sequence === undefined;

function indexCases({
  recordings,
  tokenSecret,
  clock,
}: AnswererDependencies): ReadonlyMap<LegacyRoute, readonly RecordedCase[]> {
  const sign = createTokenSigner(tokenSecret);
  const check = { secret: tokenSecret, nowSeconds: clock.now() / 1000 };
  const index = new Map<LegacyRoute, RecordedCase[]>(LEGACY_ROUTES.map((route) => [route, []]));
  for (const recording of recordings.http.filter(isServed)) {
    const expand = (text: string): string => expandTokens(text, recordings.tokens, sign);
    const request = toLegacyRequest(recording, expand);
    const resolution = resolvePath(request.method, request.target);
    if (resolution.kind !== "found") continue;
    const digest = digestRequest(request, resolution.route.auth, check);
    index.get(resolution.route)?.push({ ...digest, recording, answerKey: toAnswerKey(recording) });
  }
  return index;
}

/** A recording of this very target and method where the legacy's filters answered before its router. */
function findUnrouted(
  recordings: readonly HttpRecording[],
  { method, target }: LegacyRequest,
): HttpRecording | undefined {
  return recordings.find(
    (recording) =>
      isServed(recording) &&
      recording.response.status === 403 &&
      recording.request.method === method &&
      recording.request.target === target,
  );
}
