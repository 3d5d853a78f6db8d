import {
  createAdminApp,
  createRouteHistory,
  createRouteOverview,
  openAdminListener,
  type ReadinessCheck,
} from "#admin/index.ts";
import type { DecisionParts } from "#cli/decision.ts";
import type { Delivery } from "#cli/serve/create-delivery.ts";
import type { Foundations } from "#cli/serve/open-foundations.ts";
import { NATIVE_ROUTE_IDS } from "#concerns/index.ts";
import type { Shadow } from "#delivery/shadow/index.ts";
import { systemClock } from "#platform/clock.ts";
import type { Config } from "#platform/config/load-config.ts";
import type { FlagEditor } from "#platform/flags/index.ts";
import type { Lifecycle } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import type { Metrics } from "#platform/metrics.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

export interface AdminOptions {
  readonly config: Config;
  readonly foundations: Pick<Foundations, "flags" | "statistics">;
  readonly delivery: Delivery;
  readonly flagEditor: FlagEditor | undefined;
  readonly explain: DecisionParts["explain"];
  readonly shadow: Pick<Shadow, "counts">;
  readonly metrics: Pick<Metrics, "contentType" | "render">;
  /** Whether requests are taken at the public address. */
  readonly listening: ReadinessCheck["run"];
  readonly isDraining: () => boolean;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
}

/** Listens on the admin address: everything that can be seen and steered from there, of the whole service. */
export async function openAdmin({
  config,
  foundations: { flags, statistics },
  delivery,
  flagEditor,
  explain,
  shadow,
  metrics,
  listening,
  isDraining,
  lifecycle,
  logger,
}: AdminOptions): Promise<URL> {
  const checks: readonly ReadinessCheck[] = [
    { name: "listener", run: listening },
    {
      name: "flags",
      run() {
        const { state, source, problem } = flags.freshness();
        // Without fresh flags everything still has a side, so Banyan stays ready and says how it is.
        const trouble = problem === undefined ? "" : `: ${problem}`;
        return { isReady: true, reason: `${state} from ${source}${trouble}` };
      },
    },
  ];
  const app = createAdminApp({
    listRoutes: createRouteOverview({
      routes: ROUTE_TABLE,
      hasNative: (routeId) => NATIVE_ROUTE_IDS.has(routeId),
      flags,
      safeguards: delivery.safeguards,
      statistics,
      clock: systemClock,
    }),
    flags,
    explain,
    metrics,
    checks,
    isDraining,
    logger,
    delivery: { ...delivery, shadow, flagEditor },
    history: lifecycle.own(
      "history of routes",
      createRouteHistory({
        routeIds: ROUTE_TABLE.map(({ id }) => id),
        statistics,
        clock: systemClock,
      }),
    ),
    adminToken: config.ADMIN_TOKEN,
  });
  const address = {
    host: config.ADMIN_HOST,
    port: config.ADMIN_PORT,
    portFrom: "ADMIN_PORT",
  };
  return lifecycle.own("admin listener", await openAdminListener(app, address)).url;
}
