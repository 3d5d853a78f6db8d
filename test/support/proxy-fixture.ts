import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { parseTrust } from "#platform/trust.ts";
import { admit } from "#routing/admission.ts";
import { toUpstreamHeaders } from "#routing/headers.ts";
import type { ForwardOutcome, ForwardPlan, Upstream } from "#routing/upstream/upstream.ts";
import { createConnectionQueue } from "#server/connection-queue.ts";
import { createMalformedHandler } from "#server/handle-malformed.ts";
import { refuseRequest } from "#server/handle-request.ts";
import { openWire, type Wire } from "#support/raw-http.ts";

/** A listener in front of an upstream, wired as the public one is, without routes and flags. */
export interface Proxy extends AsyncDisposable {
  readonly port: number;
  /** How the exchanges ended, in the order in which they did. */
  readonly outcomes: readonly ForwardOutcome[];
  connect(options?: { isPaused?: boolean }): Promise<Wire>;
  /** Resolves when `count` exchanges have ended, with the last of them. */
  outcome(count?: number): Promise<ForwardOutcome>;
}

export interface ProxyOptions {
  readonly upstream: Upstream;
  readonly plan?: Partial<ForwardPlan>;
  readonly trust?: string;
}

export async function startProxy({
  upstream,
  plan = {},
  trust = "off",
}: ProxyOptions): Promise<Proxy> {
  const outcomes: ForwardOutcome[] = [];
  const server = createServer({
    insecureHTTPParser: false,
    noDelay: true,
    requestTimeout: 0,
    requireHostHeader: false,
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket",
  });

  const queue = createConnectionQueue();
  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const admission = admit(request, { maxUrlBytes: 65_536, isUpgrade: false });
    if (admission.kind === "refused") {
      const closed = once(response, "close");
      refuseRequest(response, admission.code);
      await closed;
      outcomes.push({ kind: "failed", code: admission.code, bytesIn: 0, bytesOut: 0 });
      server.emit("outcome");
      return;
    }
    const facts = {
      peerAddress: request.socket.remoteAddress ?? "",
      trust: parseTrust(trust),
      requestId: "request-1",
      host: undefined,
    };
    const outcome = await upstream.forward(request, response, {
      target: admission.target,
      headers: toUpstreamHeaders(request.rawHeaders, facts),
      answerHeaders: ["x-banyan-side", "legacy"],
      failureHeaders: () => ["x-banyan-side", "legacy"],
      timeouts: { connectMs: 5000, firstByteMs: 5000 },
      maxBodyBytes: undefined,
      ...plan,
    });
    outcomes.push(outcome);
    server.emit("outcome");
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    queue.enter(request.socket, (done) => void forward(request, response).finally(done), response);
  };
  server.on("request", onRequest);
  server.on("checkContinue", onRequest);
  server.on("checkExpectation", onRequest);
  const onMalformed = createMalformedHandler(queue, () => {});
  server.on("clientError", onMalformed);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const wires: Wire[] = [];

  return {
    port,
    outcomes,
    async connect(options) {
      const wire = await openWire(port, options);
      wires.push(wire);
      return wire;
    },
    async outcome(count = 1) {
      // oxlint-disable-next-line no-await-in-loop -- each turn waits for an exchange to end
      while (outcomes.length < count) await once(server, "outcome");
      const last = outcomes[count - 1];
      if (last === undefined) throw new Error("No exchange has ended");
      return last;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(wires.map(async (wire) => wire[Symbol.asyncDispose]()));
      server.closeAllConnections();
      server.close();
      await upstream.close();
    },
  };
}
