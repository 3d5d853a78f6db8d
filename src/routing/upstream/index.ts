import type { LookupFunction } from "node:net";

import type { Clock } from "#platform/clock.ts";
import { type Logger, silentLogger } from "#platform/logger.ts";
import { BodyBuffers } from "#routing/upstream/body-buffers.ts";
import { createDirectEngine } from "#routing/upstream/direct-engine.ts";
import { createForward } from "#routing/upstream/forward.ts";
import { createHttpEngine } from "#routing/upstream/http-engine.ts";
import { createTunnel } from "#routing/upstream/tunnel.ts";
import type { Upstream } from "#routing/upstream/upstream.ts";

export type EngineName = "direct" | "http-proxy-middleware";

export interface UpstreamOptions {
  /** Scheme, host and port of the legacy backend. */
  readonly origin: URL;
  readonly clock: Clock;
  /** Default: silent. */
  readonly logger?: Logger;
  /** How the legacy's name becomes an address. Default: the system's resolver. */
  readonly lookup?: LookupFunction;
  /** What carries ordinary requests; http-proxy-middleware carries all others. Default: `direct`. */
  readonly engine?: EngineName;
}

/** The legacy leg: requests by one of two engines, WebSockets by a tunnel of our own. */
export function createUpstream({
  origin,
  clock,
  logger = silentLogger,
  lookup,
  engine: name = "direct",
}: UpstreamOptions): Upstream {
  const middleware = createHttpEngine({ origin, logger, lookup });
  const buffers = new BodyBuffers();
  const engine =
    name === "direct"
      ? createDirectEngine({ origin, logger, lookup, buffers }, middleware)
      : middleware;
  const tunnel = createTunnel({ origin, clock, buffers });
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
