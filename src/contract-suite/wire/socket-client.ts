import type { IncomingMessage } from "node:http";

import { WebSocket } from "ws";

import { closeSocket } from "#contract-suite/wire/close-socket.ts";
import { toMessage } from "#platform/errors.ts";

export type SocketEvent =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "binary"; readonly bytes: Buffer }
  | { readonly kind: "close"; readonly code: number; readonly reason: string };

/** An open socket whose events are read one by one, in their order. */
export interface OpenSocket {
  readonly headers: readonly string[];
  /** The next event; `undefined` where none comes within `withinMs`. */
  next(withinMs: number): Promise<SocketEvent | undefined>;
  /** Puts an event back, so that it is the next one again. */
  putBack(event: SocketEvent): void;
  send(data: string | Buffer): void;
  /** 1005 closes without a code, 1006 drops the connection. */
  close(code: number, reason: string): void;
  /** Drops the connection at once. */
  terminate(): void;
}

export type Handshake =
  | { readonly kind: "open"; readonly socket: OpenSocket }
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly headers: readonly string[];
      readonly body: string;
    }
  | { readonly kind: "failed"; readonly problem: string };

interface Inbox {
  readonly push: (event: SocketEvent) => void;
  readonly putBack: (event: SocketEvent) => void;
  readonly next: (withinMs: number) => Promise<SocketEvent | undefined>;
}

function createInbox(): Inbox {
  const events: SocketEvent[] = [];
  let arrived = Promise.withResolvers<void>();

  return {
    push(event) {
      events.push(event);
      arrived.resolve();
      arrived = Promise.withResolvers();
    },
    putBack(event) {
      events.unshift(event);
    },
    async next(withinMs) {
      if (events.length > 0) return events.shift();
      const waiting = Promise.withResolvers<void>();
      const timer = setTimeout(waiting.resolve, withinMs);
      try {
        await Promise.race([arrived.promise, waiting.promise]);
      } finally {
        clearTimeout(timer);
      }
      return events.shift();
    },
  };
}

const toBytes = (data: Buffer | ArrayBuffer | readonly Buffer[]): Buffer => {
  if (Buffer.isBuffer(data)) return data;
  return data instanceof ArrayBuffer ? Buffer.from(data) : Buffer.concat(data);
};

async function readRefusal(response: IncomingMessage): Promise<Handshake> {
  let body = "";
  response.setEncoding("utf8");
  try {
    for await (const chunk of response) body += String(chunk);
  } catch {
    // A server that refuses a handshake may cut the connection behind the head; what came is what counts.
  }
  const { statusCode: status = 0, rawHeaders: headers } = response;
  return { kind: "refused", status, headers, body };
}

/** Header pairs as the library wants them: of two equal names it sends both. */
function toHeaderRecord(flat: readonly string[]): Record<string, string[]> {
  const record: Record<string, string[]> = {};
  for (let at = 0; at < flat.length; at += 2) {
    const name = flat[at] ?? "";
    record[name] = [...(record[name] ?? []), flat[at + 1] ?? ""];
  }
  return record;
}

export interface OpenOptions {
  readonly base: URL;
  readonly target: string;
  readonly headers: readonly string[];
  readonly deadlineMs: number;
}

/** Shakes hands and says how it went; never rejects. */
export async function openSocket({
  base,
  target,
  headers,
  deadlineMs,
}: OpenOptions): Promise<Handshake> {
  const inbox = createInbox();
  const { promise, resolve } = Promise.withResolvers<Handshake>();
  const socket = new WebSocket(`${base.origin}${base.pathname.replace(/\/$/, "")}${target}`, {
    headers: toHeaderRecord(headers),
    handshakeTimeout: deadlineMs,
    followRedirects: false,
  });
  let upgradeHeaders: readonly string[] = [];
  socket.on("upgrade", (response) => {
    upgradeHeaders = response.rawHeaders;
  });
  socket.on("unexpected-response", (request, response) => {
    void readRefusal(response)
      .then(resolve)
      .finally(() => request.destroy());
  });
  socket.on("error", (error) => {
    resolve({ kind: "failed", problem: toMessage(error) });
  });
  socket.on("message", (data, isBinary) => {
    const bytes = toBytes(data);
    inbox.push(isBinary ? { kind: "binary", bytes } : { kind: "text", text: bytes.toString() });
  });
  socket.on("close", (code, reason) => {
    inbox.push({ kind: "close", code, reason: reason.toString() });
  });
  socket.on("open", () => {
    resolve({
      kind: "open",
      socket: {
        headers: upgradeHeaders,
        next: inbox.next,
        putBack: inbox.putBack,
        send: (bytes) => {
          socket.send(bytes, () => {});
        },
        close: (code, reason) => {
          closeSocket(socket, code, reason);
        },
        terminate: () => {
          socket.terminate();
        },
      },
    });
  });
  return promise;
}
