import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { LookupFunction } from "node:net";

/** The legacy's server closes a connection after 5 s without a request; this must be the first to let go. */
const IDLE_MS = 4000;
const MAX_IDLE_CONNECTIONS = 256;

export interface AgentOptions {
  readonly origin: URL;
  readonly keepAlive: boolean;
  /** Default: the system's resolver. */
  readonly lookup?: LookupFunction | undefined;
}

/**
 * The connections to one upstream. Their number is not limited: with a limit, a short request waits behind
 * streams that stay open for hours. What the upstream cannot take, it refuses itself.
 */
export function createAgent({ origin, keepAlive, lookup }: AgentOptions): HttpAgent {
  const options = {
    keepAlive,
    maxSockets: Number.POSITIVE_INFINITY,
    maxFreeSockets: MAX_IDLE_CONNECTIONS,
    timeout: IDLE_MS,
    ...(lookup !== undefined && { lookup }),
  };
  return origin.protocol === "https:" ? new HttpsAgent(options) : new HttpAgent(options);
}
