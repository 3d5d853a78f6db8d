import type { Recordings } from "#contracts/recordings/load-recordings.ts";
import type { HttpRecording } from "#contracts/recordings/recording.ts";
import type { Clock } from "#platform/clock.ts";
import { isAdmin, type TokenCheck } from "#stand-in/auth/auth-case.ts";
import { createFreshValues, type Random } from "#stand-in/fresh-values.ts";
import { createCaseIndex } from "#stand-in/rest/case-index.ts";
import { findNearest, findRecorded } from "#stand-in/rest/choose-case.ts";
import { adapt, asRecorded, replay, withLength } from "#stand-in/rest/compose-answer.ts";
import { applyEchoes, pairEchoes } from "#stand-in/rest/echoes.ts";
import { headerOf, pathOf, type LegacyRequest } from "#stand-in/rest/legacy-request.ts";
import type { Origin, RawAnswer } from "#stand-in/rest/raw-answer.ts";
import {
  callerClaims,
  digestRequest,
  type RecordedCase,
  type RequestDigest,
} from "#stand-in/rest/recorded-case.ts";
import { resolvePath } from "#stand-in/rest/resolve-path.ts";
import { ADMISSION, type LegacyRoute } from "#stand-in/rest/routes.ts";
import * as rules from "#stand-in/rest/rules.ts";
import { createTemplates } from "#stand-in/rest/templates.ts";
import { findRefusal, readBody } from "#stand-in/rest/validate.ts";

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

export interface Answerer {
  /** Answers a request as the legacy would. Never throws for anything a client sends. */
  answer(request: LegacyRequest): StandInAnswer;
  /** The same for a request whose body is over the limit, by its own account or as it turned out. */
  answerTooLarge(request: LegacyRequest, isDeclared: boolean): StandInAnswer;
}

/** Selects a recording by its id, whatever the request; how sequences and variants are replayed. */
const RECORDING_HEADER = "x-banyan-recording";

/** One request on its way through a route. */
interface Asked {
  readonly route: LegacyRoute;
  readonly request: LegacyRequest;
  readonly digest: RequestDigest;
}

export function createAnswerer(dependencies: AnswererDependencies): Answerer {
  const { recordings, clock, random, tokenSecret } = dependencies;
  const check = (): TokenCheck => ({ secret: tokenSecret, nowSeconds: clock.now() / 1000 });
  const template = createTemplates(recordings.http);
  const byId = new Map(recordings.http.map((recording) => [recording.id, recording]));
  const cases = createCaseIndex(recordings, check());

  function replayFor(request: LegacyRequest, recording: HttpRecording): RawAnswer {
    const host = headerOf(request.headers, "host") ?? "localhost";
    return replay(recording, createFreshValues({ clock, random, recordedAt: recording.at, host }));
  }

  const contextFor = (request: LegacyRequest): rules.RuleContext => ({
    fill: (name) => replayFor(request, template(name)),
    clock,
    random,
  });

  function adapted(origin: Origin, answer: RawAnswer, request: LegacyRequest): StandInAnswer {
    return { origin, answer: adapt(answer, request, isAdmin(callerClaims(request, check()))) };
  }

  function fromCase(chosen: RecordedCase, { route, request, digest }: Asked): RawAnswer {
    const { recording } = chosen;
    const answer = replayFor(request, recording);
    if (!isJson(answer)) return answer;
    const echoes = pairEchoes(
      { digest: chosen, path: pathOf(recording.request.target) },
      { digest, path: pathOf(request.target) },
    );
    const text = applyEchoes(answer.body.toString("utf8"), echoes);
    const isDone = answer.status === 200;
    const body = isDone ? dependencies.applyEffect(route, request, text) : text;
    return withLength({ ...answer, body: Buffer.from(body) });
  }

  /** In the legacy's order: the body's syntax, the caller, the fields. */
  function byRule({ route, request, digest }: Asked): RawAnswer | undefined {
    const context = contextFor(request);
    const body = readBody(route, request);
    if (!body.ok) return rules.answerRefusal(body, context);
    const refusedCaller = rules.answerRefusedCaller(route, digest.auth, context);
    if (refusedCaller !== undefined) return refusedCaller;
    const refusal = findRefusal(route, request, body);
    return refusal && rules.answerRefusal(refusal, context);
  }

  function answerRoute(route: LegacyRoute, request: LegacyRequest): StandInAnswer {
    const digest = digestRequest(request, ADMISSION[route.auth], check());
    const asked = { route, request, digest };
    const known = cases.ofRoute(route);
    const recorded = findRecorded(known, digest);
    if (recorded !== undefined) return adapted("recorded", fromCase(recorded, asked), request);
    const ruled = byRule(asked);
    if (ruled !== undefined) return adapted("rule", ruled, request);
    const nearest = findNearest(known, digest);
    if (nearest !== undefined) return adapted("nearest", fromCase(nearest, asked), request);
    const context = contextFor(request);
    // The text-to-speech routes that want a user fail for every user; no other route is without a recording.
    return ADMISSION[route.auth] === "jwt"
      ? adapted("rule", rules.answerFailure(request, context), request)
      : adapted("none", rules.answerUnknown(`${route.method} ${route.path}`, context), request);
  }

  function answerSelected(id: string, request: LegacyRequest): StandInAnswer {
    const selected = byId.get(id);
    if (selected === undefined || selected.response.body.kind === "omitted") {
      const what = selected === undefined ? id : `the body of ${id}`;
      return { origin: "none", answer: rules.answerUnknown(what, contextFor(request)) };
    }
    return { origin: "recorded", answer: asRecorded(selected, replayFor(request, selected)) };
  }

  return {
    answer(request) {
      const id = headerOf(request.headers, RECORDING_HEADER);
      if (id !== undefined) return answerSelected(id, request);
      const context = contextFor(request);
      const preflight = rules.answerPreflight(request, context);
      if (preflight !== undefined) return { origin: "rule", answer: preflight };
      const csrf = rules.answerCsrf(request, context);
      if (csrf !== undefined) return adapted("rule", csrf, request);
      const resolution = resolvePath(request.method, request.target);
      if (resolution.kind === "found") return answerRoute(resolution.route, request);
      const blocked = cases.blocked(request);
      return blocked === undefined
        ? adapted("rule", rules.answerUnrouted(request, resolution, context), request)
        : adapted("recorded", replayFor(request, blocked), request);
    },
    answerTooLarge: (request, isDeclared) =>
      adapted("rule", rules.answerTooLarge(isDeclared, contextFor(request)), request),
  };
}

const isJson = ({ headers, body }: RawAnswer): boolean =>
  (headerOf(headers, "content-type") ?? "").startsWith("application/json") && body.length > 0;
