import { connect, type Socket } from "node:net";

/** A keep-alive connection that sends one request after the other and reads each answer to its end. */
export interface HttpConnection {
  /** Milliseconds until the answer was complete. Rejects where it is no 200 or the connection ends. */
  exchange(request: Buffer): Promise<number>;
  close(): void;
}

interface Pending {
  readonly startedAtMs: number;
  readonly resolve: (ms: number) => void;
  readonly reject: (error: Error) => void;
}

const HEAD_END = "\r\n\r\n";

/** The length of the answer's body; `undefined` where the head says none. */
function lengthOf(head: string): number | undefined {
  const length = /\r\ncontent-length: ?(\d+)/iu.exec(head)?.[1];
  return length === undefined ? undefined : Number(length);
}

/** Reads heads as text and counts bodies, `Content-Length` or chunked; keeps no body. */
export async function openHttpConnection(port: number): Promise<HttpConnection> {
  const socket: Socket = connect(port, "127.0.0.1");
  socket.setNoDelay(true);
  let pending: Pending | undefined;
  let head = "";
  let bodyLeft: number | "chunked" | undefined;
  let tail = "";

  function finish(): void {
    const done = pending;
    pending = undefined;
    head = "";
    tail = "";
    bodyLeft = undefined;
    done?.resolve(performance.now() - done.startedAtMs);
  }

  function fail(error: Error): void {
    const lost = pending;
    pending = undefined;
    lost?.reject(error);
  }

  /** The last chunk of what peers send is a line of its own, so its end is enough to see. */
  function readChunked(text: string): void {
    tail = (tail + text).slice(-7);
    if (tail.endsWith("0\r\n\r\n")) finish();
  }

  function readBody(chunk: Buffer): void {
    if (bodyLeft === "chunked") return readChunked(chunk.toString("latin1"));
    bodyLeft = (bodyLeft ?? 0) - chunk.length;
    if (bodyLeft <= 0) finish();
  }

  function readHead(chunk: Buffer): void {
    const before = head.length;
    head += chunk.toString("latin1");
    const end = head.indexOf(HEAD_END);
    if (end === -1) return;
    if (!head.startsWith("HTTP/1.1 200")) return fail(new Error(head.slice(0, 30)));
    bodyLeft = lengthOf(head.slice(0, end)) ?? "chunked";
    const rest = chunk.subarray(end + HEAD_END.length - before);
    if (rest.length > 0 || bodyLeft === 0) readBody(rest);
  }

  socket.on("data", (chunk) => {
    if (bodyLeft === undefined) readHead(chunk);
    else readBody(chunk);
  });
  socket.on("error", fail);
  socket.on("close", () => {
    fail(new Error("The connection was closed"));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  return {
    exchange: async (request) =>
      new Promise((resolve, reject) => {
        pending = { startedAtMs: performance.now(), resolve, reject };
        socket.write(request);
      }),
    close: () => {
      socket.destroy();
    },
  };
}
