import { type ClientRequest, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { LookupFunction } from "node:net";

/** The legacy's server closes a connection after 5 s without a request; this must be the first to let go. */
const IDLE_MS = 4000;
const MAX_IDLE_CONNECTIONS = 256;

/** Largest head of an answer that is passed on. Node's own limit is 16 KiB, and the legacy knows none. */
const MAX_ANSWER_HEAD_BYTES = 131_072;

/**
 * Lets answers have large heads. Node reads the limit off the request when it gets its connection, and the
 * middleware has no way to set it earlier; so the agent's undocumented hand-over does. Throws where it is gone.
 */
function allowLargeHeads(agent: HttpAgent): void {
  const addRequest: unknown = Reflect.get(agent, "addRequest");
  if (typeof addRequest !== "function")
    throw new TypeError("Node's agent has no addRequest any more");
  Reflect.set(agent, "addRequest", (request: ClientRequest, ...rest: unknown[]): void => {
    Object.assign(request, { maxHeaderSize: MAX_ANSWER_HEAD_BYTES, maxHeadersCount: 0 });
    Reflect.apply(addRequest, agent, [request, ...rest]);
  });
}

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
  const agent = origin.protocol === "https:" ? new HttpsAgent(options) : new HttpAgent(options);
  allowLargeHeads(agent);
  return agent;
}
