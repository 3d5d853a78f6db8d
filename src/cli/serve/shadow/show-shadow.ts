import type { Shadow } from "#delivery/shadow/index.ts";
import type { Metrics } from "#platform/metrics.ts";

/** Shows among the metrics what became of the samples. */
export function showShadow(
  { counts }: Pick<Shadow, "counts">,
  metrics: Pick<Metrics, "reading">,
): void {
  metrics.reading(
    {
      name: "banyan_shadow_exchanges",
      help: "Requests and conversations that were chosen for shadowing, by what became of them",
      labels: ["outcome"],
    },
    () => {
      const { sampled, compared, failed, drops, queued, running, hung } = counts();
      return Object.entries({ sampled, compared, failed, ...drops, queued, running, hung }).map(
        ([outcome, value]) => ({ labels: { outcome }, value }),
      );
    },
  );
}
