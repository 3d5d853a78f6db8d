import type { ExchangeKind, RecordBatch } from "#cli/serve/workers/record-batch.ts";
import type { FlagUse } from "#platform/flags/index.ts";
import type { ExchangeOutline } from "#routing/exchange.ts";

/** What waits to be told. */
export interface PendingRecords {
  readonly kinds: ExchangeKind[];
  readonly placeOf: Map<string, number>;
  readonly kindAt: number[];
  readonly totalMs: number[];
  readonly positions: number[];
  readonly cohorts: string[];
  readonly callers: RecordBatch["callers"];
  readonly opened: RecordBatch["opened"];
  readonly closed: RecordBatch["closed"];
  readonly frames: Map<string, RecordBatch["frames"][number]>;
  readonly flagUses: Map<string, { -readonly [Key in keyof FlagUse]: FlagUse[Key] }>;
}

export const createPending = (): PendingRecords => ({
  kinds: [],
  placeOf: new Map(),
  kindAt: [],
  totalMs: [],
  positions: [],
  cohorts: [],
  callers: [],
  opened: [],
  closed: [],
  frames: new Map(),
  flagUses: new Map(),
});

export const toBatch = (pending: PendingRecords): RecordBatch => ({
  kind: "records",
  kinds: pending.kinds,
  kindAt: Uint16Array.from(pending.kindAt),
  totalMs: Float64Array.from(pending.totalMs),
  positions: Uint8Array.from(pending.positions),
  cohorts: pending.cohorts,
  callers: pending.callers,
  opened: pending.opened,
  closed: pending.closed,
  frames: [...pending.frames.values()],
  flagUses: [...pending.flagUses.values()],
});

export const toKind = (record: ExchangeOutline): ExchangeKind => {
  const { route, path, method, decision, status, errorCode, nativeFailure } = record;
  return {
    ...(route === undefined ? { path } : { routeId: route.id }),
    method,
    side: decision.side,
    reason: decision.reason,
    ...(decision.flag !== undefined && { flag: decision.flag }),
    status,
    ...(errorCode !== undefined && { errorCode }),
    ...(nativeFailure !== undefined && { nativeFailure }),
  };
};

/** The same text for exchanges of the same kind, and no others. */
export function toKindText({
  route,
  path,
  method,
  decision,
  status,
  ...record
}: ExchangeOutline): string {
  const native = record.nativeFailure;
  const end = `${status} ${record.errorCode} ${native?.status} ${native?.errorCode}`;
  return `${method} ${route?.id ?? path}\n${decision.side} ${decision.reason} ${decision.flag} ${end}`;
}

/** One whose end is not told would be open for ever; of one that has come and gone, nothing has to be told. */
export function toKeptSockets({
  opened,
  closed,
}: PendingRecords): Pick<PendingRecords, "opened" | "closed"> {
  const openedIds = new Set(opened.map(({ socketId }) => socketId));
  const closedIds = new Set(closed.map(({ socketId }) => socketId));
  return {
    opened: opened.filter(({ socketId }) => !closedIds.has(socketId)),
    closed: closed.filter(({ socketId }) => !openedIds.has(socketId)),
  };
}
