import { randomBytes } from "node:crypto";
import { createServer } from "node:http";

import { WebSocketServer } from "ws";

import { recordExchange } from "#contract-suite/record/record-exchange.ts";
import { recordSocket } from "#contract-suite/record/record-socket.ts";
import {
  openRecordingStore,
  readTokens,
  type RecordingStore,
  type StoreLimits,
} from "#contract-suite/record/recording-store.ts";
import type { Clock } from "#platform/clock.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import { listen, type ListenAddress } from "#platform/listen.ts";
import { createMemoryBudget, type MemoryBudget } from "#platform/memory-budget.ts";
import { createRedactor, createTokenBook, type Redactor } from "#platform/redaction/index.ts";

/** What recording one exchange takes. */
export interface RecorderParts {
  readonly upstream: URL;
  readonly clock: Pick<Clock, "now" | "monotonicMs">;
  readonly budget: MemoryBudget;
  readonly redactor: Redactor;
  readonly store: RecordingStore;
  /** The file that an exchange belongs into, and what counts as more of the same. */
  readonly routeOf: (
    method: string,
    target: string,
  ) => { readonly file: string; readonly kind: string };
  /** For what a person should know. */
  readonly say: (text: string) => void;
}

export interface RecorderOptions {
  readonly upstream: URL;
  readonly folder: string;
  readonly limits: StoreLimits;
  /** The route that a request is for, as the route table calls it. */
  readonly matchRoute: (method: string, target: string) => string | undefined;
  readonly clock: Pick<Clock, "now" | "monotonicMs">;
  readonly say: (text: string) => void;
}

export interface Recorder extends Closeable {
  readonly store: Pick<RecordingStore, "written" | "dropped">;
  listen(address: ListenAddress): Promise<URL>;
}

/** All bodies that are held while their exchanges last. */
const MEMORY_BYTES = 32 * 1024 * 1024;

/**
 * A proxy that writes down what passes, in the form of `contracts/recordings`, redacted before it is written.
 * It may be stopped at any moment and started again on the same folder.
 */
export async function openRecorder(options: RecorderOptions): Promise<Recorder> {
  const { upstream, folder, limits, matchRoute, clock, say } = options;
  const book = createTokenBook(randomBytes(32), readTokens(folder));
  const store = await openRecordingStore({ folder, limits, tokens: book.tokens });
  const parts: RecorderParts = {
    upstream,
    clock,
    budget: createMemoryBudget(MEMORY_BYTES),
    redactor: createRedactor(book),
    store,
    routeOf(method, target) {
      const route = matchRoute(method, target) ?? "other";
      return { file: route.split(".", 1)[0] ?? route, kind: `${method} ${route}` };
    },
    say,
  };
  const running = new Set<Promise<void>>();
  const track = (work: Promise<void>): void => {
    running.add(work);
    void work.finally(() => running.delete(work));
  };
  const acceptor = new WebSocketServer({ noServer: true });
  const server = createServer((request, response) => {
    track(recordExchange(request, response, parts));
  });
  server.on("upgrade", (request, socket, head) => {
    track(recordSocket({ request, socket, head }, acceptor, parts));
  });
  return {
    store,
    listen: async (address) => listen(server, address),
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      for (const client of acceptor.clients) client.close(1012);
      server.closeAllConnections();
      await Promise.all([closed, ...running]);
      await store.close();
    },
  };
}
