/** Timers as a dependency, so that tests decide when they fire. */
export interface ClientScheduler {
  /** Runs once after `delayMs`, unless the function that comes back was called before. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemScheduler: ClientScheduler = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};

export interface TokenRequest {
  /** Aborts when nobody waits for the token any more. */
  readonly signal: AbortSignal;
  /** The token that the server has just refused: give another one, or the same if there is no other. */
  readonly refusedToken: string | undefined;
}

/** The user's access token; nothing where nobody is signed in. Asked before every request and every connection. */
export type GetToken = (
  request: TokenRequest,
) => string | null | undefined | Promise<string | null | undefined>;

export interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal: AbortSignal;
  readonly redirect: "manual";
}

interface BodyReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

/** What is read of a response. */
export interface FetchedResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: { getReader(): BodyReader } | null;
}

/** What is asked of `fetch`. That of a browser, of Deno and of Node fits. */
export type ClientFetch = (url: string, init: FetchInit) => Promise<FetchedResponse>;

/** As it is when it is called: polyfills and instrumentation may come late. */
export const systemFetch: ClientFetch = async (url, init) => globalThis.fetch(url, init);

/** What is read of a socket's events. */
export interface SocketEvent {
  readonly type: string;
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
}

/** What is asked of a WebSocket. That of a browser, of Deno, of Node and of `ws` fits. */
export interface ClientWebSocket {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(
    type: "open" | "message" | "close" | "error",
    listener: (event: SocketEvent) => void,
  ): void;
}

export type ClientWebSocketConstructor = new (url: string) => ClientWebSocket;
