import type { PamSocketEvent } from "./pam-socket.ts";

export type SocketListener = (event: PamSocketEvent) => void;

export interface SocketEvents {
  readonly emit: SocketListener;
  readonly subscribe: (listener: SocketListener) => () => void;
}

/** One listener that throws keeps nothing from the others: its error is reported as a DOM event's would be. */
export function createEvents(): SocketEvents {
  const listeners = new Set<{ readonly listener: SocketListener }>();
  return {
    emit(event) {
      for (const { listener } of listeners) {
        try {
          listener(event);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
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
