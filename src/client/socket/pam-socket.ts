import type { OnWarning, Pam2ChatRequest } from "../chat/chat-request.ts";
import type { Pam2ChatResponse } from "../chat/chat-response.ts";
import type { PamFailure } from "../pam-client-error.ts";
import type { ClientScheduler, ClientWebSocketConstructor, GetToken } from "../ports.ts";
import type { OtherFrame, PamProactiveAlert, PamTimerExpired } from "./server-frame.ts";
import type { SocketPolicy } from "./socket-policy.ts";

export type PamSocketState =
  /** A token is asked for, and a connection; `attempt` counts from 1. */
  | { readonly kind: "connecting"; readonly attempt: number }
  | { readonly kind: "open" }
  /** It will connect again by itself. */
  | { readonly kind: "waiting"; readonly attempt: number; readonly delayMs: number }
  /** It will not, unless it is asked something or told to `connect`. */
  | { readonly kind: "stopped"; readonly failure: PamFailure }
  /** For good. */
  | { readonly kind: "closed" };

export type PamSocketEvent =
  | { readonly kind: "state"; readonly state: PamSocketState }
  | { readonly kind: "timer-expired"; readonly timer: PamTimerExpired }
  | { readonly kind: "proactive-alert"; readonly alert: PamProactiveAlert }
  /** An error that answers no question. */
  | { readonly kind: "refusal"; readonly failure: PamFailure }
  /** A frame that this client does not know. */
  | { readonly kind: "other-frame"; readonly frame: OtherFrame };

export interface PamSocketOptions {
  /** For example `https://pam.example.com`; a path in front of `/api` may follow. */
  readonly baseUrl: string | URL;
  /** The user of the token: the backend closes with 4001 where it is another. */
  readonly userId: string;
  readonly getToken: GetToken;
  /** Told of every wrong name in a context. For development: the `add` of a collector. */
  readonly onWarning?: OnWarning | undefined;
  /** Closes the socket for good. */
  readonly signal?: AbortSignal | undefined;
  readonly policy?: Partial<SocketPolicy>;
  /** The platform's own by default. */
  readonly WebSocket?: ClientWebSocketConstructor;
  readonly scheduler?: ClientScheduler;
  /** From 0 to below 1. */
  readonly random?: () => number;
}

export interface AskOptions extends Pick<Pam2ChatRequest, "context" | "session_id"> {
  /** Its reason is what an aborted question rejects with. */
  readonly signal?: AbortSignal | undefined;
}

export interface PamSocket {
  readonly state: PamSocketState;
  /**
   * The assistant's answer. One question is out at a time, the others wait. A question is never sent twice: where
   * the socket is lost while it is out, it rejects with `connection-lost`, and whether to ask again is the caller's
   * to decide. Rejects with `PamClientError`, or with the signal's reason.
   */
  ask(message: string, options?: AskOptions): Promise<Pam2ChatResponse>;
  /** What came in and what became of the socket. The function that comes back ends it. */
  subscribe(listener: (event: PamSocketEvent) => void): () => void;
  /** At once, where it waits or has stopped: for example as the page comes online, or as the user has logged in. */
  connect(): void;
  /** For good. Open questions reject with `closed`. */
  close(): void;
}
