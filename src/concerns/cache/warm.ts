import { z } from "zod";

import { isAdministrator } from "#concerns/administrator.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, readBody } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { cacheWarm } from "#contracts/cache/cache.contract.ts";
import { parseLegacyBody } from "#contracts/validation/legacy-request.ts";
import {
  type CacheQuestion,
  MAX_ITEMS,
  MAX_TTL_SECONDS,
  type ResponseCache,
} from "#pam/response-cache/index.ts";
import { toNaiveUtc } from "#platform/clock.ts";
import { AppError } from "#platform/errors.ts";

const questionSchema = z.object({
  message: z.string().min(1),
  user_id: z.string().min(1),
  context: z.unknown().optional(),
});
const ttlSchema = z.number().min(1).max(MAX_TTL_SECONDS).nullish();

interface WarmItem {
  readonly question: CacheQuestion;
  /** JSON text; an item may come without one, and is then left out. */
  readonly answer: string | undefined;
  readonly ttlSeconds: number | undefined;
}

const malformed = (detail: string): AppError =>
  new AppError("REQUEST_MALFORMED", undefined, { detail });

function readItem(item: Readonly<Record<string, unknown>>): WarmItem {
  const question = questionSchema.safeParse(item);
  if (!question.success) {
    throw malformed("Each query must have 'message' and 'user_id' fields");
  }
  const ttl = ttlSchema.safeParse(item["ttl"]);
  if (!ttl.success) {
    throw malformed(`A query's 'ttl' must be a number of seconds from 1 to ${MAX_TTL_SECONDS}`);
  }
  const { message, user_id: userId, context } = question.data;
  const given = item["response"];
  const isGiven = given !== undefined && given !== null && given !== "";
  return {
    question: { userId, message, context },
    answer: isGiven ? JSON.stringify(given) : undefined,
    ttlSeconds: ttl.data ?? undefined,
  };
}

async function keepAll(items: readonly WarmItem[], cache: ResponseCache): Promise<number> {
  let kept = 0;
  for (const { question, answer, ttlSeconds } of items) {
    if (answer === undefined) continue;
    // oxlint-disable-next-line no-await-in-loop -- the second of two alike must find the first
    if (await cache.storeNew(question, answer, ttlSeconds)) kept += 1;
  }
  return kept;
}

/**
 * `POST /api/v1/pam/cache/warm`: keeps answers before they are asked for. What is kept is what the assistant
 * will say, so that only an administrator may do it for another user. It is all of the items or none.
 */
export function createWarm({
  authenticator,
  clock,
  responseCache,
}: ConcernDependencies): NativeHandler {
  return async (request, response) => {
    const body = await readBody(request);
    const principal = await authenticator.verifyHeader(request.headers.authorization);
    const given = accept(parseLegacyBody(cacheWarm.request.body, body));
    if (given.length > MAX_ITEMS) throw malformed(`At most ${MAX_ITEMS} queries can be warmed`);
    const items = given.map(readItem);
    const isForeign = ({ question, answer }: WarmItem): boolean =>
      answer !== undefined && question.userId !== principal.userId;
    if (!isAdministrator(principal) && items.some(isForeign)) {
      const detail = "Only an administrator may warm the answers of another user";
      throw new AppError("FORBIDDEN", undefined, { detail });
    }
    sendJson(response, 200, {
      success: true,
      warmed_count: await keepAll(items, responseCache),
      requested_count: items.length,
      timestamp: toNaiveUtc(clock.now()),
    });
  };
}
