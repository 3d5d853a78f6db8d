import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { WebSocket, type WebSocketServer } from "ws";

import { withoutHopByHop } from "#contract-suite/record/record-exchange.ts";
import type { RecorderParts } from "#contract-suite/record/recorder.ts";
import { type SeenEvent, toWsLine } from "#contract-suite/record/to-line.ts";
import { closeSocket } from "#contract-suite/wire/close-socket.ts";
import { toMessage } from "#platform/errors.ts";

/** A conversation may go on for days; its beginning is what is kept. */
const MAX_EVENTS = 1_000;
const MAX_BYTES = 1024 * 1024;
/** What a slow peer has not taken yet; beyond it the other side waits. */
const MAX_BUFFERED = 1024 * 1024;

const HANDSHAKE = /^sec-websocket-/i;

const withoutHandshake = (flat: readonly string[]): string[] =>
  withoutHopByHop(flat).filter((_, at, list) => !HANDSHAKE.test(list[at - (at % 2)] ?? ""));

function toRecord(flat: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (let at = 0; at < flat.length; at += 2) record[flat[at] ?? ""] = flat[at + 1] ?? "";
  return record;
}

interface Log {
  readonly events: SeenEvent[];
  readonly add: (event: SeenEvent, bytes: number) => void;
}

function createLog(): Log {
  const events: SeenEvent[] = [];
  let held = 0;
  return {
    events,
    add(event, bytes) {
      held += bytes;
      if (events.length < MAX_EVENTS && held <= MAX_BYTES) events.push(event);
      else if (event.kind === "close") events.push(event);
    },
  };
}

const toBuffer = (data: Buffer | ArrayBuffer | readonly Buffer[]): Buffer => {
  if (Buffer.isBuffer(data)) return data;
  return data instanceof ArrayBuffer ? Buffer.from(data) : Buffer.concat(data);
};

interface Ends {
  readonly client: WebSocket;
  readonly server: WebSocket;
}

async function relay({ client, server }: Ends, log: Log, elapsedMs: () => number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const pass = (from: WebSocket, to: WebSocket, kind: "send" | "receive"): void => {
    from.on("message", (message, isBinary) => {
      const data = toBuffer(message);
      log.add({ kind, atMs: elapsedMs(), data, isBinary }, data.length);
      to.send(data, { binary: isBinary }, () => {
        if (to.bufferedAmount < MAX_BUFFERED) from.resume();
      });
      if (to.bufferedAmount >= MAX_BUFFERED) from.pause();
    });
    from.on("error", () => from.terminate());
  };
  let isOver = false;
  const end = (by: "client" | "server", to: WebSocket) => (code: number, reason: Buffer) => {
    if (isOver) return;
    isOver = true;
    log.add({ kind: "close", atMs: elapsedMs(), code, reason: reason.toString(), by }, 0);
    closeSocket(to, code, reason.toString());
    resolve();
  };
  pass(client, server, "send");
  pass(server, client, "receive");
  client.on("close", end("client", server));
  server.on("close", end("server", client));
  return promise;
}

function refuse(
  socket: Duplex,
  status: number,
  { headers, body }: { headers: readonly string[]; body: string },
): void {
  const lines = headers.flatMap((name, at) =>
    at % 2 === 0 ? [`${name}: ${headers[at + 1]}`] : [],
  );
  const length = [`content-length: ${Buffer.byteLength(body)}`, "connection: close"];
  const kept = lines.filter(
    (line) => !/^(?:content-length|transfer-encoding|connection):/i.test(line),
  );
  socket.end([`HTTP/1.1 ${status} `, ...kept, ...length, "", body].join("\r\n"));
}

async function readAll(response: IncomingMessage): Promise<string> {
  let text = "";
  response.setEncoding("utf8");
  for await (const chunk of response) if (text.length < MAX_BYTES) text += String(chunk);
  return text;
}

/** Tunnels one WebSocket and writes down what was said when it has ended. Never rejects. */
export async function recordSocket(
  handshake: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
  acceptor: WebSocketServer,
  { upstream, clock, redactor, store, routeOf, say }: RecorderParts,
): Promise<void> {
  const { request, socket, head } = handshake;
  const target = request.url ?? "/";
  const startedAtMs = clock.monotonicMs();
  const nowMs = clock.now();
  const elapsedMs = (): number => Math.round(clock.monotonicMs() - startedAtMs);
  const log = createLog();
  const base = new URL(upstream);
  base.protocol = upstream.protocol === "https:" ? "wss:" : "ws:";
  const server = new WebSocket(base.origin + base.pathname.replace(/\/$/, "") + target, {
    headers: toRecord(withoutHandshake(request.rawHeaders)),
  });
  // What the upstream says at once must not be lost while the client's own handshake is under way.
  server.pause();
  const ended = Promise.withResolvers<void>();
  server.on("unexpected-response", (_request, response) => {
    void readAll(response).then((body) => {
      const status = response.statusCode ?? 502;
      const headers = withoutHopByHop(response.rawHeaders);
      log.add({ kind: "rejected", atMs: elapsedMs(), status, headers, body }, body.length);
      refuse(socket, status, { headers, body });
      ended.resolve();
      return undefined;
    }, ended.reject);
  });
  server.once("error", (error) => {
    ended.reject(error);
  });
  server.on("upgrade", (response) => {
    const headers = response.rawHeaders;
    log.add({ kind: "accepted", atMs: elapsedMs(), headers: withoutHandshake(headers) }, 0);
    acceptor.handleUpgrade(request, socket, head, (client) => {
      void relay({ client, server }, log, elapsedMs).then(ended.resolve);
      server.resume();
    });
  });
  try {
    await ended.promise;
    const { file, kind } = routeOf("WS", target);
    const seen = {
      target,
      headers: withoutHandshake(request.rawHeaders),
      events: log.events,
      nowMs,
    };
    await store.write(`ws/${file}`, kind, (number) =>
      toWsLine(`ws/${file}-live-${number}`, seen, redactor),
    );
  } catch (error) {
    say(`A socket to ${target.split("?", 1)[0]} was not recorded: ${toMessage(error)}\n`);
    server.terminate();
    if (socket.writable) refuse(socket, 502, { headers: [], body: "The upstream did not answer" });
  }
}
