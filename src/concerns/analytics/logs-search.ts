import { toLogEntry } from "#concerns/analytics/logs/log-entry.ts";
import { searchQuery, toAuditFilter } from "#concerns/analytics/logs/log-query.ts";
import { searchEntries } from "#concerns/analytics/logs/search-entries.ts";
import { readSearchPattern } from "#concerns/analytics/logs/search-pattern.ts";
import { withLogFailure } from "#concerns/analytics/logs/with-log-failure.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";
import { createAuditLog } from "#pam/audit-log/index.ts";
import { toNaiveUtc } from "#platform/clock.ts";

/** Only so many of the newest events that the filters let through are searched. */
const MAX_SEARCHED = 1_000;

/** `POST /api/v1/pam/logs/search`: the caller's events in which a regular expression is found. */
export function createLogsSearch(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, clock } = dependencies;
  const auditLog = createAuditLog(dependencies);
  return withLogFailure(dependencies, async (request, response) => {
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const parameters = accept(parseLegacyQuery(searchQuery, searchOf(request)));
    const { query, limit, ...filter } = parameters;
    const reading = readSearchPattern(query);
    if (!reading.ok) throw new TypeError(`A pattern passed validation: ${reading.problem}`);
    const events = await auditLog.list(userId, { ...toAuditFilter(filter), limit: MAX_SEARCHED });
    const entries = events.map(toLogEntry).toReversed();
    const found = await searchEntries(entries, reading.pattern, limit);
    sendJson(response, 200, {
      success: true,
      search_results: {
        query,
        matches: found.matches,
        total_matches: found.matches.length,
        total_entries_searched: found.searchedCount,
        limited_results: found.isLimited,
      },
      search_parameters: {
        query,
        event_type: parameters.event_type,
        severity: parameters.severity,
        start_time: parameters.start_time,
        end_time: parameters.end_time,
        limit,
      },
      timestamp: toNaiveUtc(clock.now()),
    });
  });
}
