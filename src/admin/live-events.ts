import type { Response } from "express";

import type { LiveState, Snapshot } from "#admin/live-state.ts";
import { AppError, toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";

/** Pages that can look on at once. */
const MOST_CLIENTS = 32;
const TICK_MS = 1_000;
/** Below what proxies and browsers give up after. */
const HEARTBEAT_TICKS = 15;
/** What may wait for a page that does not read; one with more is let go, and comes back by itself. */
const MOST_WAITING_BYTES = 2_000_000;
const RETRY_MS = 2_000;

/** Tells pages what changed, as server-sent events. */
export interface LiveEvents {
  /** Answers with a stream; throws `DRAINING` where there are as many as there may be. */
  open(response: Response): void;
}

export interface LiveEventsOptions {
  readonly state: Pick<LiveState, "snapshot">;
  readonly isDraining: () => boolean;
  readonly scheduler: Scheduler;
  readonly logger: Pick<Logger, "error">;
}

/** Ages grow while nothing happens; they are sent along, but are no reason to send. */
const AGES: ReadonlySet<string> = new Set(["lastSeenAgoMs", "ageMs"]);
const toComparable = (value: unknown): string =>
  JSON.stringify(value, (key, part: unknown) => (AGES.has(key) ? undefined : part));

interface Told {
  readonly rows: ReadonlyMap<string, string>;
  readonly rest: string;
}

const toTold = ({ routes, ...rest }: Snapshot): Told => ({
  rows: new Map(routes.map((route) => [route.id, toComparable(route)])),
  rest: toComparable(rest),
});

const toFrame = (event: string, data: unknown): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** What changed since it was last told; `undefined` where nothing did. */
function toChange(before: Told, now: Told, { routes, ...rest }: Snapshot): object | undefined {
  const changed = routes.filter(({ id }) => before.rows.get(id) !== now.rows.get(id));
  if (changed.length === 0 && before.rest === now.rest) return undefined;
  return { routes: changed, ...rest };
}

function send(client: Response, frame: string): void {
  client.write(frame);
  if (client.writableLength > MOST_WAITING_BYTES) client.destroy();
}

/**
 * A page gets everything first, as `snapshot`, and from then on what changed, as `change`, at most once a second. It
 * works only while somebody looks. A drain is told, and ends every stream with `end`.
 */
export function createLiveEvents({
  state,
  isDraining,
  scheduler,
  logger,
}: LiveEventsOptions): LiveEvents {
  const clients = new Set<Response>();
  let told: Told | undefined;
  let ticks = 0;
  let isTicking = false;

  async function tell(): Promise<void> {
    const snapshot = await state.snapshot();
    const now = toTold(snapshot);
    const change = told === undefined ? undefined : toChange(told, now, snapshot);
    told = now;
    ticks += 1;
    const beat = ticks % HEARTBEAT_TICKS === 0 ? ": still here\n\n" : "";
    const frame = change === undefined ? beat : toFrame("change", change);
    for (const client of clients) if (frame !== "") send(client, frame);
    if (!isDraining()) return;
    for (const client of clients) client.end(toFrame("end", { reason: "draining" }));
    clients.clear();
  }

  function tick(): void {
    isTicking = true;
    scheduler.after(TICK_MS, () => {
      if (clients.size === 0) {
        isTicking = false;
        told = undefined;
        return;
      }
      tell()
        .catch((error: unknown) => {
          logger.error({ error: toMessage(error) }, "What changed could not be told");
        })
        .finally(tick);
    });
  }

  async function greet(client: Response): Promise<void> {
    const snapshot = await state.snapshot();
    // What others were told meanwhile is in it; what comes next is told to all.
    told ??= toTold(snapshot);
    send(client, `retry: ${RETRY_MS}\n${toFrame("snapshot", snapshot)}`);
    if (isDraining()) {
      client.end(toFrame("end", { reason: "draining" }));
      return;
    }
    if (client.destroyed) return;
    clients.add(client);
    if (!isTicking) tick();
  }

  let opening = 0;
  return {
    open(response) {
      if (clients.size + opening >= MOST_CLIENTS) {
        throw new AppError("DRAINING", undefined, {
          detail: `${MOST_CLIENTS} pages are looking on already`,
        });
      }
      opening += 1;
      response.on("close", () => clients.delete(response));
      response.writeHead(200, {
        "content-type": "text/event-stream",
        "x-accel-buffering": "no",
      });
      greet(response)
        .catch((error: unknown) => {
          logger.error({ error: toMessage(error) }, "A page could not be told of everything");
          response.destroy();
        })
        .finally(() => {
          opening -= 1;
        });
    },
  };
}
