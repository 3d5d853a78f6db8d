import type { Recordings } from "#contracts/recordings/load-recordings.ts";
import type { HttpRecording } from "#contracts/recordings/recording.ts";
import { createTokenSigner } from "#contracts/recordings/sign-token.ts";
import { expandTokens } from "#contracts/recordings/tokens.ts";
import type { TokenCheck } from "#stand-in/auth/auth-case.ts";
import type { LegacyRequest } from "#stand-in/rest/legacy-request.ts";
import {
  digestRequest,
  toAnswerKey,
  toLegacyRequest,
  type RecordedCase,
} from "#stand-in/rest/recorded-case.ts";
import { resolvePath } from "#stand-in/rest/resolve-path.ts";
import { ADMISSION, LEGACY_ROUTES, type LegacyRoute } from "#stand-in/rest/routes.ts";
import { MAX_BODY_BYTES } from "#stand-in/rest/rules.ts";

export interface CaseIndex {
  ofRoute(route: LegacyRoute): readonly RecordedCase[];
  /** The answer of the legacy's filters to a request that its router never saw. */
  blocked(request: LegacyRequest): HttpRecording | undefined;
}

/**
 * Served without being asked for by id: the default environment, and no step of a sequence. A body over the
 * limit is refused by a rule before anybody looks at it.
 */
function isServed({ environment, sequence, request: { body } }: HttpRecording): boolean {
  const isTooLarge = body.kind === "run" && body.count * body.unit.length > MAX_BODY_BYTES;
  return environment === "default" && sequence === undefined && !isTooLarge;
}

export function createCaseIndex(recordings: Recordings, check: TokenCheck): CaseIndex {
  const sign = createTokenSigner(check.secret);
  const expand = (text: string): string => expandTokens(text, recordings.tokens, sign);
  const routed = new Map<LegacyRoute, RecordedCase[]>(LEGACY_ROUTES.map((route) => [route, []]));
  const blocked = new Map<string, HttpRecording>();
  for (const recording of recordings.http.filter(isServed)) {
    const request = toLegacyRequest(recording, expand);
    const resolution = resolvePath(request.method, request.target);
    if (resolution.kind === "found") {
      const digest = digestRequest(request, ADMISSION[resolution.route.auth], check);
      const answerKey = toAnswerKey(recording);
      routed.get(resolution.route)?.push({ ...digest, recording, answerKey });
    } else if (recording.response.status === 403) blocked.set(keyOf(request), recording);
  }
  return {
    ofRoute: (route) => routed.get(route) ?? [],
    blocked: (request) => blocked.get(keyOf(request)),
  };
}

const keyOf = ({ method, target }: LegacyRequest): string => `${method} ${target}`;
