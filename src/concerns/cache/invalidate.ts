import { isAdministrator } from "#concerns/administrator.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { cacheInvalidate } from "#contracts/cache/cache.contract.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";
import type { EntryCriterion, EntrySelection } from "#pam/response-cache/index.ts";
import type { Principal } from "#platform/auth.ts";
import { toNaiveUtc } from "#platform/clock.ts";

interface Parameters {
  readonly pattern: string | null;
  readonly user_id: string | null;
  readonly message_pattern: string | null;
}

interface Target {
  readonly criterion: EntryCriterion;
  /** Whose answers were asked for by name. */
  readonly userId?: string;
}

const ALL: EntryCriterion = { kind: "all" };

/** The first parameter that is given wins; an empty one is none, as in Python. */
function toTarget({ pattern, user_id: userId, message_pattern: words }: Parameters): Target {
  if (pattern !== null && pattern !== "") return { criterion: { kind: "key", pattern } };
  if (userId !== null && userId !== "") return { criterion: ALL, userId };
  if (words !== null && words !== "") return { criterion: { kind: "message", pattern: words } };
  return { criterion: ALL };
}

/** `undefined` where the answers of another user are asked for by somebody who may not reach them. */
function toSelection(
  { criterion, userId }: Target,
  principal: Principal,
): EntrySelection | undefined {
  if (isAdministrator(principal)) return { owner: userId, criterion };
  const isForeign = userId !== undefined && userId !== principal.userId;
  return isForeign ? undefined : { owner: principal.userId, criterion };
}

/**
 * `POST /api/v1/pam/cache/invalidate`: forgets answers by key, user or message. A caller reaches their own
 * answers, an administrator everybody's; what is out of reach counts as not found.
 */
export function createInvalidate({
  authenticator,
  clock,
  responseCache,
}: ConcernDependencies): NativeHandler {
  return async (request, response) => {
    const principal = await authenticator.verifyHeader(request.headers.authorization);
    const parameters = accept(parseLegacyQuery(cacheInvalidate.request.query, searchOf(request)));
    const selection = toSelection(toTarget(parameters), principal);
    sendJson(response, 200, {
      success: true,
      invalidated_count: selection === undefined ? 0 : await responseCache.forget(selection),
      invalidation_params: parameters,
      timestamp: toNaiveUtc(clock.now()),
    });
  };
}
