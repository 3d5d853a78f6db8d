import { clamp } from "#concerns/analytics/clamp.ts";
import { listNewestSince, type SavingsRow } from "#concerns/analytics/savings/event-rows.ts";
import { orFail } from "#concerns/analytics/savings/or-fail.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { analyticsSavingsEvents } from "#contracts/analytics/savings-reads.contract.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";

const DAY_MS = 86_400_000;

/** Two writers share the table, and each has a column of its own for the same thing. */
const toEvent = (row: SavingsRow): Readonly<Record<string, unknown>> => ({
  id: String(row.id),
  amount_saved: row.actual_savings ?? row.amount ?? 0,
  category: row.category ?? "other",
  description: row.savings_description ?? row.description,
  event_type: row.event_type,
  created_at: row.created_at ?? `${row.saved_date}T00:00:00+00:00`,
});

/** More than anybody's list, and further back than any row. */
const MAX_ROWS = 10_000;
const MAX_DAYS = 36_500;

const daysBefore = (nowMs: number, days: number): string =>
  new Date(nowMs - clamp(days, -MAX_DAYS, MAX_DAYS) * DAY_MS).toISOString();

/** `GET /api/v1/pam/savings/events`: the savings of the last days, a bare list. */
export function createSavingsEvents(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, clock, database, logger } = dependencies;
  return async (request, response, { requestId }) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const { limit, days } = accept(
      parseLegacyQuery(analyticsSavingsEvents.request.query, searchOf(request)),
    );
    const since = daysBefore(clock.now(), days);
    const page = { userId, limit: clamp(limit, 0, MAX_ROWS), since };
    const found = database().then(async (opened) => listNewestSince(opened, page));
    const detail = "Failed to get savings events";
    const rows = await orFail(found, { detail, requestId, logger });
    sendJson(response, 200, rows.map(toEvent));
  };
}
