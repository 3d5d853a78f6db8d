import { createGuaranteeStatus } from "#concerns/analytics/guarantee-status.ts";
import { createLogsAnalytics } from "#concerns/analytics/logs-analytics.ts";
import { createLogsExport } from "#concerns/analytics/logs-export.ts";
import { createLogsRecent } from "#concerns/analytics/logs-recent.ts";
import { createLogsSearch } from "#concerns/analytics/logs-search.ts";
import { createLogsStatus } from "#concerns/analytics/logs-status.ts";
import { createMonthlySavings } from "#concerns/analytics/monthly-savings.ts";
import { createMonthlySummary } from "#concerns/analytics/monthly-summary.ts";
import { createRecommendation } from "#concerns/analytics/recommendation.ts";
import { createSavingsCelebrate } from "#concerns/analytics/savings-celebrate.ts";
import { createSavingsDetect } from "#concerns/analytics/savings-detect.ts";
import { createSavingsEvents } from "#concerns/analytics/savings-events.ts";
import { createSavingsMonthly } from "#concerns/analytics/savings-monthly.ts";
import { createSavingsRecent } from "#concerns/analytics/savings-recent.ts";
import { createSavingsRecord } from "#concerns/analytics/savings-record.ts";
import { createSavings } from "#concerns/analytics/savings.ts";
import { defineConcern } from "#concerns/concern.ts";

export const analytics = defineConcern({
  name: "analytics",
  handlers: {
    "guarantee-status": createGuaranteeStatus,
    "logs-analytics": createLogsAnalytics,
    "logs-export": createLogsExport,
    "logs-recent": createLogsRecent,
    "logs-search": createLogsSearch,
    "logs-status": createLogsStatus,
    "monthly-savings": createMonthlySavings,
    "monthly-summary": createMonthlySummary,
    recommendation: createRecommendation,
    savings: createSavings,
    "savings-celebrate": createSavingsCelebrate,
    "savings-detect": createSavingsDetect,
    "savings-events": createSavingsEvents,
    "savings-monthly": createSavingsMonthly,
    "savings-recent": createSavingsRecent,
    "savings-record": createSavingsRecord,
  },
});
