import type { Metrics } from "#platform/metrics.ts";

import type { PamInstanceStore } from "./pam-instance-store.ts";

/** Shows a store's health among the metrics. */
export function showStoreHealth(
  store: Pick<PamInstanceStore, "health">,
  metrics: Pick<Metrics, "reading">,
): void {
  metrics.reading(
    {
      name: "banyan_pam_store_degraded",
      help: "1 while turns work without the shared store",
      labels: [],
      merge: "max",
    },
    () => [{ labels: {}, value: store.health().isDegraded ? 1 : 0 }],
  );
  metrics.reading(
    {
      name: "banyan_pam_store_unsaved_users",
      help: "Users with changes that the shared store does not have yet",
      labels: [],
    },
    () => [{ labels: {}, value: store.health().unsavedUsers }],
  );
}
