import type { IncomingMessage } from "node:http";

import type { Resolution } from "#routing/resolve.ts";
import type { ExchangeTap, SocketTap } from "#routing/upstream/index.ts";

/** A request or a handshake that goes to the legacy, before a byte of it has gone. */
export interface LegacyExchange {
  readonly request: IncomingMessage;
  readonly requestId: string;
  /** Origin-form, as the client sent it. */
  readonly target: string;
  readonly resolution: Resolution;
  /** `address` is who connects, `client` who is believed to be behind it. */
  readonly peer: { readonly address: string; readonly client: string };
}

/**
 * Is asked, for each exchange on the legacy leg, whether it wants to look on. Runs on every request: it decides by
 * looking up, and gives `undefined` wherever it can, which costs nothing more. Never throws.
 */
export interface Onlooker {
  requestTap(exchange: LegacyExchange): ExchangeTap | undefined;
  socketTap(exchange: LegacyExchange): SocketTap | undefined;
}
