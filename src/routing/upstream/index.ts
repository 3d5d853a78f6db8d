import type { LookupFunction } from "node:net";

import type { Clock } from "#platform/clock.ts";
import { type Logger, silentLogger } from "#platform/logger.ts";
import { createForward } from "#routing/upstream/forward.ts";
import { createHttpEngine } from "#routing/upstream/http-engine.ts";
import { createTunnel } from "#routing/upstream/tunnel.ts";
import type { Upstream } from "#routing/upstream/upstream.ts";

export interface UpstreamOptions {
  /** Scheme, host and port of the legacy backend. */
  readonly origin: URL;
  readonly clock: Clock;
  /** Default: silent. */
  readonly logger?: Logger;
  /** How the legacy's name becomes an address. Default: the system's resolver. */
  readonly lookup?: LookupFunction;
}

/** The legacy leg: requests by http-proxy-middleware, WebSockets by a tunnel of our own. */
export function createUpstream({
  origin,
  clock,
  logger = silentLogger,
  lookup,
}: UpstreamOptions): Upstream {
  const engine = createHttpEngine({ origin, logger, lookup });
  const tunnel = createTunnel({ origin, clock });
  return {
    forward: createForward(engine, clock),
    tunnel: async (client, plan) => tunnel.tunnel(client, plan),
    async close() {
      await Promise.all([engine.close(), tunnel.close()]);
    },
  };
}

export {
  composeExchangeTaps,
  composeSocketTaps,
  type ExchangeTap,
  type SocketTap,
} from "#routing/upstream/tap.ts";
export type {
  ExchangePhases,
  ForwardOutcome,
  ForwardPlan,
  RawHeaders,
  SocketClose,
  TunnelledSocket,
  TunnelOutcome,
  Upstream,
} from "#routing/upstream/upstream.ts";
export { SERVICE_RESTART } from "#routing/upstream/upstream.ts";
