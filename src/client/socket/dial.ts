import type {
  ClientScheduler,
  ClientWebSocket,
  ClientWebSocketConstructor,
  SocketEvent,
} from "../ports.ts";
import type { Loss } from "./decide-after-loss.ts";
import { readServerFrame, type ServerFrame, type SpokenFrame } from "./server-frame.ts";
import type { SocketPolicy } from "./socket-policy.ts";

export interface DialOptions {
  /** Holds the token: it must not reach a message or an error. */
  readonly url: string;
  readonly WebSocket: ClientWebSocketConstructor;
  readonly scheduler: ClientScheduler;
  readonly policy: Pick<SocketPolicy, "connectMs" | "silenceMs">;
  /** The backend welcomed us: from here on it takes questions. */
  readonly onReady: () => void;
  readonly onFrame: (frame: SpokenFrame) => void;
  /** Once, unless `drop` came first; nothing is told afterwards. */
  readonly onLost: (loss: Loss) => void;
}

export interface Connection {
  readonly send: (text: string) => void;
  /** Closes without a word to `onLost`; false where it was over already. */
  readonly drop: () => boolean;
}

/**
 * One connection from dialling to its end. It waits for the welcome, since a question sent before it may be answered
 * by it; answers pings, which alone keep it alive; and gives up where the backend is silent, because a browser
 * notices a dead line only after minutes.
 */
export function dial(options: DialOptions): Connection {
  const { url, WebSocket, scheduler, policy, onReady, onFrame, onLost } = options;
  let isOver = false;
  let isReady = false;
  let cancelTimer = scheduler.after(policy.connectMs, () => {
    giveUp("No welcome in time");
  });
  const socket = openSocket(WebSocket, url);

  function end(): boolean {
    if (isOver) return false;
    isOver = true;
    cancelTimer();
    return true;
  }

  function drop(): boolean {
    const isFirst = end();
    // Nobody waits for it: on a dead line the close handshake takes minutes.
    if (isFirst) socket?.close(1000);
    return isFirst;
  }

  function giveUp(reason: string): void {
    if (drop()) onLost({ closeCode: undefined, reason });
  }

  function wait(delayMs: number, run: () => void): void {
    cancelTimer();
    cancelTimer = scheduler.after(delayMs, run);
  }

  function send(text: string): void {
    if (!isOver) socket?.send(text);
  }

  function watch(): void {
    const halfMs = policy.silenceMs / 2;
    wait(halfMs, () => {
      wait(halfMs, () => {
        giveUp("The backend is silent");
      });
      send(PING);
    });
  }

  function take(frame: ServerFrame): void {
    // Before the welcome comes nothing but a close; a backend that leaves it out pings soon.
    if (isOver || frame.kind === "unreadable") return;
    watch();
    if (!isReady) {
      isReady = true;
      onReady();
      // Whoever is told may close.
      if (isOver) return;
    }
    if (frame.kind === "ping") send(toPong(frame.timestamp));
    else if (frame.kind !== "welcome" && frame.kind !== "pong") onFrame(frame);
  }

  if (socket === undefined) {
    wait(0, () => {
      giveUp("The socket cannot be opened");
    });
  }
  socket?.addEventListener("message", ({ data }: SocketEvent) => {
    take(readServerFrame(data));
  });
  socket?.addEventListener("close", ({ code, reason = "" }: SocketEvent) => {
    if (end()) onLost({ closeCode: code, reason });
  });
  // A close follows; `ws` throws where nobody listens.
  socket?.addEventListener("error", () => {});
  return { send, drop };
}

const PING = JSON.stringify({ type: "ping" });
/** The backend reads nothing of it; its web client echoes the timestamp, and so do we. */
const toPong = (timestamp: unknown): string => JSON.stringify({ type: "pong", timestamp });

/** What a constructor throws names the URL, and with it the token: it is not passed on. */
function openSocket(
  WebSocket: ClientWebSocketConstructor,
  url: string,
): ClientWebSocket | undefined {
  try {
    return new WebSocket(url);
  } catch {
    return undefined;
  }
}
