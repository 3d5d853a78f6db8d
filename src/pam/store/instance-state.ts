import { z } from "zod";

import { decodePending, encodePending, type PendingConfirmation } from "./pending-confirmation.ts";

/** What a turn knows of where the user is and how they travel; what the client sent, already filtered. */
export type ContextSnapshot = Readonly<Record<string, unknown>>;

/** What is kept of a user beside the messages. A field that is absent is not known. */
export interface InstanceState {
  /** `en`, `es`, `fr` or whatever the client said. */
  readonly language?: string;
  readonly context?: ContextSnapshot;
  /** Milliseconds since the epoch. */
  readonly lastActivityMs?: number;
  /** What waits for the user's yes; null takes it back. Whoever acts on it takes it from the store before. */
  readonly pending?: PendingConfirmation | null;
}

export const MAX_CONTEXT_BYTES = 16_384;

/** What a brief snapshot has, what matters most first. */
const SNAPSHOT_KEYS = [
  "user_location",
  "timezone",
  "vehicle_info",
  "travel_style",
  "current_page",
] as const;

const byteLength = (context: ContextSnapshot): number => Buffer.byteLength(JSON.stringify(context));

/** Takes out of a client's context what is worth remembering, as far as it fits into 16 KB. */
export function toSnapshot(context: ContextSnapshot): ContextSnapshot {
  let snapshot: ContextSnapshot = {};
  for (const key of SNAPSHOT_KEYS) {
    if (context[key] === undefined) continue;
    const larger = { ...snapshot, [key]: context[key] };
    if (byteLength(larger) <= MAX_CONTEXT_BYTES) snapshot = larger;
  }
  return snapshot;
}

/** Throws a `RangeError` where somebody did not use `toSnapshot`. */
export function checkSnapshot(context: ContextSnapshot | undefined): void {
  const bytes = context === undefined ? 0 : byteLength(context);
  if (bytes > MAX_CONTEXT_BYTES) {
    throw new RangeError(
      `Cannot keep a context: it must have at most ${MAX_CONTEXT_BYTES} bytes: found ${bytes}`,
    );
  }
}

const VERSION = "1";
const contextSchema = z.record(z.string(), z.unknown());

/** As fields of a hash: each build writes the ones it knows and leaves the others alone. */
export function encodeState({
  language,
  context,
  lastActivityMs,
  pending,
}: InstanceState): string[] {
  return [
    ["v", VERSION],
    ...(language === undefined ? [] : [["language", language]]),
    ...(context === undefined ? [] : [["context", JSON.stringify(context)]]),
    ...(lastActivityMs === undefined ? [] : [["last_activity", String(lastActivityMs)]]),
    ...(pending === undefined ? [] : [["pending", encodePending(pending)]]),
  ].flat();
}

function decodeContext(text: string | undefined): ContextSnapshot | undefined {
  try {
    return text === undefined ? undefined : contextSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Reads field by field, from names and values in turn: one that cannot be read is not known. */
export function decodeState(fields: readonly string[]): InstanceState {
  const valueOf = (name: string): string | undefined => {
    const at = fields.findIndex((field, index) => index % 2 === 0 && field === name);
    return at === -1 ? undefined : fields[at + 1];
  };
  const language = valueOf("language");
  const context = decodeContext(valueOf("context"));
  const lastActivityMs = Number(valueOf("last_activity") ?? Number.NaN);
  const pending = decodePending(valueOf("pending"));
  return {
    ...(language !== undefined && { language }),
    ...(context !== undefined && { context }),
    ...(Number.isFinite(lastActivityMs) && { lastActivityMs }),
    ...(pending !== undefined && { pending }),
  };
}
