import type { ClientWebSocket, ClientWebSocketConstructor, SocketEvent } from "#client/ports.ts";

type EventName = "open" | "message" | "close" | "error";

/** The far end of one socket, in a test's hands. */
export interface FakeSocket {
  readonly url: string;
  /** What the client sent, parsed. */
  readonly sent: readonly Readonly<Record<string, unknown>>[];
  /** The client closed it. */
  readonly isClosed: () => boolean;
  readonly frame: (frame: unknown) => void;
  readonly welcome: () => void;
  readonly close: (code?: number, reason?: string) => void;
}

export interface FakeNet {
  readonly WebSocket: ClientWebSocketConstructor;
  readonly sockets: readonly FakeSocket[];
  /** The newest, once there are this many. */
  nth(count: number): Promise<FakeSocket>;
}

export function createFakeNet(): FakeNet {
  const sockets: FakeSocket[] = [];
  let changed = Promise.withResolvers<void>();

  class FakeWebSocket implements ClientWebSocket {
    readonly #listeners = new Map<EventName, (event: SocketEvent) => void>();
    readonly #sent: Record<string, unknown>[] = [];
    #isClosed = false;

    constructor(url: string) {
      if (url.includes("unopenable")) throw new SyntaxError(`Invalid URL ${url}`);
      const emit = (type: EventName, event: Omit<SocketEvent, "type"> = {}): void =>
        this.#listeners.get(type)?.({ type, ...event });
      const frame = (value: unknown): void => {
        emit("message", { data: typeof value === "string" ? value : JSON.stringify(value) });
      };
      sockets.push({
        url,
        sent: this.#sent,
        isClosed: () => this.#isClosed,
        frame,
        welcome: () => {
          emit("open");
          frame({ type: "connection", status: "connected", message: "PAM is ready" });
        },
        close: (code = 1006, reason = "") => {
          emit("error");
          emit("close", { code, reason });
        },
      });
      changed.resolve();
      changed = Promise.withResolvers();
    }

    addEventListener(type: EventName, listener: (event: SocketEvent) => void): void {
      this.#listeners.set(type, listener);
    }

    send(text: string): void {
      const frame: Record<string, unknown> = JSON.parse(text);
      this.#sent.push(frame);
    }

    close(): void {
      this.#isClosed = true;
    }
  }

  return {
    WebSocket: FakeWebSocket,
    sockets,
    async nth(count) {
      for (;;) {
        const socket = sockets[count - 1];
        if (socket !== undefined) return socket;
        // oxlint-disable-next-line no-await-in-loop -- sockets come one after another
        await changed.promise;
      }
    },
  };
}
