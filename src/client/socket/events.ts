import type { PamSocketEvent } from "./pam-socket.ts";

export type SocketListener = (event: PamSocketEvent) => void;

export interface SocketEvents {
  readonly emit: SocketListener;
  readonly subscribe: (listener: SocketListener) => () => void;
}

/** As a DOM event reports what a listener throws. */
function report(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** One listener that throws keeps nothing from the others, nor from the socket. */
export function createEvents(onFault: (error: unknown) => void = report): SocketEvents {
  const listeners = new Set<{ readonly listener: SocketListener }>();
  return {
    emit(event) {
      for (const { listener } of listeners) {
        try {
          listener(event);
        } catch (error) {
          onFault(error);
        }
      }
    },
    subscribe(listener) {
      const entry = { listener };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
  };
}
