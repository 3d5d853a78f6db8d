import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

/** One HTTP message as it stood on the wire. Text is latin1, so that every byte is one character. */
export interface RawMessage {
  readonly startLine: string;
  /** Start line and header lines with their line ends, without the empty line behind them. */
  readonly head: string;
  /** Names and values in turn, in order and spelling. */
  readonly headers: readonly string[];
  /** The body as framed: chunk sizes, trailers and all. */
  readonly framed: string;
  /** The content: without chunk framing. */
  readonly body: string;
  readonly trailers: readonly string[];
}

/** All values of a header, in order. */
export function valuesOf({ headers }: RawMessage, name: string): string[] {
  return headers.filter(
    (_, at) => at % 2 === 1 && headers[at - 1]?.toLowerCase() === name.toLowerCase(),
  );
}

const toPairs = (lines: readonly string[]): string[] =>
  lines.flatMap((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });

/** Parses chunks at the start of `text`; `undefined` while they are not complete. */
function parseChunked(
  text: string,
): { body: string; trailers: string[]; size: number } | undefined {
  let body = "";
  let at = 0;
  for (;;) {
    const lineEnd = text.indexOf("\r\n", at);
    if (lineEnd === -1) return undefined;
    const length = Number.parseInt(text.slice(at, lineEnd), 16);
    at = lineEnd + 2;
    if (length === 0) break;
    if (text.length < at + length + 2) return undefined;
    body += text.slice(at, at + length);
    at += length + 2;
  }
  const trailers: string[] = [];
  for (;;) {
    const lineEnd = text.indexOf("\r\n", at);
    if (lineEnd === -1) return undefined;
    if (lineEnd === at) return { body, trailers: toPairs(trailers), size: at + 2 };
    trailers.push(text.slice(at, lineEnd));
    at = lineEnd + 2;
  }
}

export interface ReadOptions {
  /** The message has no body, whatever its head says: an answer to HEAD, a 304, a 1xx. */
  readonly isBodiless?: boolean;
}

/** The first message in `text` and the text behind it; `undefined` while it is not complete. */
export function parseMessage(
  text: string,
  { isBodiless = false }: ReadOptions = {},
): { message: RawMessage; rest: string } | undefined {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd === -1) return undefined;
  const head = text.slice(0, headEnd + 2);
  const [startLine = "", ...lines] = text.slice(0, headEnd).split("\r\n");
  const headers = toPairs(lines);
  const tail = text.slice(headEnd + 4);
  const base = { startLine, head, headers };
  const valueOf = (name: string): string | undefined =>
    headers.find((_, at) => at % 2 === 1 && headers[at - 1]?.toLowerCase() === name);

  if (!isBodiless && valueOf("transfer-encoding") !== undefined) {
    const chunked = parseChunked(tail);
    if (chunked === undefined) return undefined;
    const { body, trailers, size } = chunked;
    const framed = tail.slice(0, size);
    return { message: { ...base, framed, body, trailers }, rest: tail.slice(size) };
  }
  const length = isBodiless ? 0 : Number(valueOf("content-length") ?? 0);
  if (tail.length < length) return undefined;
  const body = tail.slice(0, length);
  return { message: { ...base, framed: body, body, trailers: [] }, rest: tail.slice(length) };
}

/** One end of a connection, spoken byte by byte. */
export interface Wire extends AsyncDisposable {
  readonly socket: Socket;
  /** Everything that has arrived and was not read as a message, as latin1. */
  readonly pending: string;
  /** Bytes that have arrived so far. */
  readonly received: number;
  /** How the other end left: `end` by FIN, `reset` by RST. */
  readonly left: Promise<"end" | "reset">;
  write(bytes: string | Buffer): void;
  /** The next whole message. Rejects when the other end leaves before it is whole. */
  read(options?: ReadOptions): Promise<RawMessage>;
  /** Resolves when what has arrived satisfies `isEnough`. */
  until(isEnough: (pending: string) => boolean): Promise<string>;
  /** Breaks the connection with a RST. */
  reset(): void;
}

/** Takes a socket over. With `isPaused`, nothing is read from it until something is asked for. */
function toWire(socket: Socket, { isPaused = false } = {}): Wire {
  let pending = "";
  let received = 0;
  const left = Promise.withResolvers<"end" | "reset">();
  let hasLeft = false;
  const leave = (how: "end" | "reset"): void => {
    hasLeft = true;
    left.resolve(how);
    socket.emit("progress");
  };
  const onData = (chunk: Buffer): void => {
    received += chunk.length;
    pending += chunk.toString("latin1");
    socket.emit("progress");
  };
  socket.setMaxListeners(0);
  socket.on("end", () => leave("end"));
  socket.on("error", () => leave("reset"));
  socket.on("close", () => leave("reset"));
  if (!isPaused) socket.on("data", onData);

  const wait = async <T>(find: () => T | undefined): Promise<T> => {
    if (socket.listenerCount("data") === 0) socket.on("data", onData);
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (hasLeft) throw new Error(`The other end left; what had come: ${JSON.stringify(pending)}`);
      // oxlint-disable-next-line no-await-in-loop -- each turn waits for more bytes
      await once(socket, "progress");
    }
  };

  return {
    socket,
    get pending() {
      return pending;
    },
    get received() {
      return received;
    },
    left: left.promise,
    write(bytes) {
      socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
    },
    async read(options) {
      const { message, rest } = await wait(() => parseMessage(pending, options));
      pending = rest;
      return message;
    },
    until: async (isEnough) => wait(() => (isEnough(pending) ? pending : undefined)),
    reset() {
      socket.resetAndDestroy();
    },
    async [Symbol.asyncDispose]() {
      socket.destroy();
      if (!socket.closed) await once(socket, "close");
    },
  };
}

/** Opens a connection to a port of this machine. */
export async function openWire(port: number, options?: { isPaused?: boolean }): Promise<Wire> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  return toWire(socket, options);
}

/** A server that says only what a test makes it say. */
export interface RawServer extends AsyncDisposable {
  readonly port: number;
  readonly origin: URL;
  /** Connections accepted so far. */
  readonly wires: readonly Wire[];
  /** The next connection that was not yet handed out. */
  accept(): Promise<Wire>;
}

export interface RawServerOptions {
  /** Called for each connection, for a server that answers by itself. */
  readonly onWire?: (wire: Wire) => void | Promise<void>;
  /** Connections are accepted but not read. */
  readonly isPaused?: boolean;
  /** Speaks TLS, as `localhost`. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export async function startRawServer({
  onWire,
  isPaused = false,
  tls,
}: RawServerOptions = {}): Promise<RawServer> {
  const wires: Wire[] = [];
  let handedOut = 0;
  const onSocket = (socket: Socket): void => {
    const wire = toWire(socket, { isPaused });
    wires.push(wire);
    server.emit("wire");
    // A script ends with its connection: what it still waits for then will not come.
    Promise.resolve(onWire?.(wire)).catch(() => {});
  };
  const options = { noDelay: true, pauseOnConnect: isPaused };
  const server =
    tls === undefined
      ? createServer(options, onSocket)
      : createTlsServer({ ...options, ...tls }, onSocket);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const origin = new URL(
    tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`,
  );
  return {
    port,
    origin,
    wires,
    async accept() {
      // oxlint-disable-next-line no-await-in-loop -- each turn waits for a connection
      while (wires.length <= handedOut) await once(server, "wire");
      const wire = wires[handedOut];
      handedOut += 1;
      if (wire === undefined) throw new Error("No connection was accepted");
      return wire;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      await Promise.all(wires.map(async (wire) => wire[Symbol.asyncDispose]()));
    },
  };
}

/** A server that answers each request on each connection with the same bytes. */
export async function startAnsweringServer(
  answer: string,
  options?: ReadOptions,
): Promise<RawServer> {
  return startRawServer({
    async onWire(wire) {
      for (;;) {
        // oxlint-disable-next-line no-await-in-loop -- one request after the other
        await wire.read(options);
        wire.write(answer);
      }
    },
  });
}
