export { createAdminApp } from "#admin/admin-app.ts";
export { openAdminListener } from "#admin/admin-listener.ts";
export { createFlagMetrics } from "#admin/flag-metrics.ts";
export type { ReadinessCheck } from "#admin/readiness.ts";
export { createRouteOverview } from "#admin/route-overview.ts";
export { SHARED_FLAGS } from "#admin/route-details.ts";
export { createRouteHistory } from "#admin/route-history.ts";
