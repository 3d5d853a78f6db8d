import type { ExchangeKind, RecordBatch } from "#cli/serve/workers/record-batch.ts";
import type { Census } from "#delivery/census/index.ts";
import type { SharedFlags } from "#platform/flags/index.ts";
import type { Caller } from "#routing/caller.ts";
import type { ExchangeObserver, ExchangeOutline } from "#routing/exchange.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import type { Route } from "#routing/route.ts";

export interface RecordReceiverOptions {
  readonly observer: ExchangeObserver<ExchangeOutline>;
  readonly census: Pick<Census, "noteFrame">;
  readonly flags: Pick<SharedFlags, "countUse">;
}

/** The records of one worker. */
export interface RecordReceiver {
  take(batch: RecordBatch): void;
  /** The worker is gone, and with it every socket that it had open. */
  close(): void;
}

const routes: ReadonlyMap<string, Route> = new Map(ROUTE_TABLE.map((route) => [route.id, route]));

type ToldCaller = RecordBatch["callers"][number];
const NO_NAMES: readonly string[] = [];

const toCaller = (told: ToldCaller | undefined, position: number): Caller => ({
  isUnknown: told === undefined,
  clientLabel: () => told?.label ?? "",
  parameterNames: () => told?.names ?? NO_NAMES,
  // It was worked out for the one flag that is asked for.
  positionOf: () => position,
});

type Common = Omit<ExchangeOutline, "cohort" | "caller" | "totalMs">;

function toCommon(kind: ExchangeKind): Common {
  const { routeId, path, method, side, reason, flag, status, errorCode, nativeFailure } = kind;
  const route = routeId === undefined ? undefined : routes.get(routeId);
  return {
    method,
    route,
    path: route?.path ?? path ?? "",
    decision: { side, reason, flag },
    status,
    errorCode,
    nativeFailure: nativeFailure && {
      status: nativeFailure.status,
      errorCode: nativeFailure.errorCode,
    },
  };
}

/** Tells observers of what happened in a worker as if it had happened here. */
export function createRecordReceiver({
  observer,
  census,
  flags,
}: RecordReceiverOptions): RecordReceiver {
  const sockets = new Map<number, ExchangeOutline>();

  function takeExchanges(batch: RecordBatch, commons: readonly Common[]): void {
    const callers = new Map(batch.callers.map((caller) => [caller.at, caller]));
    for (const [at, cohort] of batch.cohorts.entries()) {
      const common = commons[batch.kindAt[at] ?? -1];
      if (common === undefined) continue;
      const caller = toCaller(callers.get(at), batch.positions[at] ?? 0);
      observer.requestStarted();
      observer.requestEnded({ ...common, cohort, caller, totalMs: batch.totalMs[at] ?? 0 });
    }
  }

  function takeSockets({ opened, closed }: RecordBatch): void {
    for (const { socketId, handshake, cohort, totalMs } of opened) {
      const caller = toCaller(undefined, 0);
      const record = { ...toCommon(handshake), cohort, caller, totalMs };
      sockets.set(socketId, record);
      observer.socketOpened(record);
    }
    for (const { socketId, close } of closed) {
      const record = sockets.get(socketId);
      if (record === undefined) continue;
      sockets.delete(socketId);
      observer.socketClosed(record, close);
    }
  }

  return {
    take(batch) {
      takeExchanges(batch, batch.kinds.map(toCommon));
      takeSockets(batch);
      for (const { routeId, label, type, count } of batch.frames) {
        const told = label === undefined ? undefined : { at: 0, label, names: [] };
        const caller = toCaller(told, 0);
        const decision = { side: "legacy", reason: "no-flag", flag: undefined } as const;
        const socket = { route: routes.get(routeId), decision, caller };
        for (let times = 0; times < count; times += 1) census.noteFrame(socket, type);
      }
      for (const use of batch.flagUses) flags.countUse(use);
    },
    close() {
      // Not the upstream's doing: nothing is held against a side.
      const close = { code: 1006, initiator: "proxy", bytesIn: 0, bytesOut: 0 } as const;
      for (const record of sockets.values()) observer.socketClosed(record, close);
      sockets.clear();
    },
  };
}
