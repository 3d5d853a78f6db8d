import type { Clock } from "#platform/clock.ts";
import { ClientLeg } from "#routing/upstream/client-leg.ts";
import type { HttpEngine } from "#routing/upstream/http-engine.ts";
import type { Upstream } from "#routing/upstream/upstream.ts";

/** The HTTP half of the legacy leg: what is too large is refused before any engine sees it. */
export function createForward(engine: HttpEngine, clock: Clock): Upstream["forward"] {
  return async (request, response, plan) => {
    const leg = new ClientLeg({ request, response, plan, clock });
    const { maxBodyBytes = Number.POSITIVE_INFINITY } = plan;
    if (plan.refusal !== undefined) leg.fail(plan.refusal);
    else if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes)
      leg.fail("BODY_TOO_LARGE");
    else if (!leg.isOver) engine.send(leg);
    return leg.outcome;
  };
}
