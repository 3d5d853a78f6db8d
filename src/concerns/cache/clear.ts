import { isAdministrator } from "#concerns/administrator.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { cacheClear } from "#contracts/cache/cache.contract.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";
import { toNaiveUtc } from "#platform/clock.ts";
import { AppError } from "#platform/errors.ts";

/**
 * `POST /api/v1/pam/cache/clear`: forgets the caller's answers, or for an administrator everybody's, and sets
 * the counters back. Nothing else in Redis is touched, where the legacy empties the whole database.
 */
export function createClear({
  authenticator,
  clock,
  responseCache,
}: ConcernDependencies): NativeHandler {
  return async (request, response) => {
    const principal = await authenticator.verifyHeader(request.headers.authorization);
    const { confirm } = accept(parseLegacyQuery(cacheClear.request.query, searchOf(request)));
    if (!confirm) {
      const detail = "Cache clear requires confirmation: set confirm=true";
      throw new AppError("REQUEST_MALFORMED", undefined, { detail });
    }
    const isEverything = isAdministrator(principal);
    const owner = isEverything ? undefined : principal.userId;
    const forgotten = await responseCache.forget({ owner, criterion: { kind: "all" } });
    if (isEverything) responseCache.resetFigures();
    sendJson(response, 200, {
      success: true,
      message: "Cache cleared",
      scope: isEverything ? "all" : "own",
      cleared_count: forgotten,
      timestamp: toNaiveUtc(clock.now()),
    });
  };
}
