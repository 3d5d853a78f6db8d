import type { Socket } from "node:net";

import type { Clock } from "#platform/clock.ts";
import { ClientLeg } from "#routing/upstream/client-leg.ts";
import type { HttpEngine } from "#routing/upstream/http-engine.ts";
import { findRequestFault } from "#routing/upstream/request-fault.ts";
import type { Upstream } from "#routing/upstream/upstream.ts";

/** The HTTP half of the legacy leg: what is refused before any engine sees it, and the rest. */
export function createForward(engine: HttpEngine, clock: Clock): Upstream["forward"] {
  /** Connections on which nobody can tell where one request ends and the next begins. */
  const distrusted = new WeakSet<Socket>();

  return async (request, response, plan) => {
    const leg = new ClientLeg({ request, response, plan, clock });
    // What stands behind a request that was refused goes when the connection does (RFC 9112 §9.6).
    if (distrusted.has(request.socket)) return leg.outcome;
    const { maxBodyBytes = Number.POSITIVE_INFINITY } = plan;
    const fault = findRequestFault(request, plan.target);
    if (fault !== undefined) {
      distrusted.add(request.socket);
      response.shouldKeepAlive = false;
      leg.fail(fault);
    } else if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) {
      leg.fail("BODY_TOO_LARGE");
    } else if (!leg.isOver) engine.send(leg);
    return leg.outcome;
  };
}
