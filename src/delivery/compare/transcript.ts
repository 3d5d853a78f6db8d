import { readJson } from "#platform/comparison/index.ts";

/** One message of a conversation; binary ones as bytes. */
export interface TranscriptFrame {
  readonly from: "client" | "server";
  readonly data: string | Buffer;
}

export interface TranscriptClose {
  readonly code: number;
  readonly by: "client" | "server";
}

/** What was said on one WebSocket, in its order. */
export interface Transcript {
  readonly frames: readonly TranscriptFrame[];
  /** `undefined`: it went on when no more of it was kept. */
  readonly close: TranscriptClose | undefined;
}

/**
 * What the client said, and what the server said to it until the client spoke again; in the first turn the client has
 * said nothing. Frames that a client sends without waiting for an answer are one turn.
 */
export interface TranscriptTurn {
  readonly sent: readonly (string | Buffer)[];
  readonly received: readonly (string | Buffer)[];
}

export function toTurns({ frames }: Transcript): readonly TranscriptTurn[] {
  let turn: { sent: (string | Buffer)[]; received: (string | Buffer)[] } = {
    sent: [],
    received: [],
  };
  const turns = [turn];
  for (const { from, data } of frames) {
    if (from === "server") turn.received.push(data);
    else if (turn.sent.length > 0 && turn.received.length === 0) turn.sent.push(data);
    else {
      turn = { sent: [data], received: [] };
      turns.push(turn);
    }
  }
  return turns;
}

/** A frame with what is needed to compare it. */
export interface ReadFrame {
  /** Its `type`, where it is an object that has one. */
  readonly type: string;
  readonly value: unknown;
}

const TYPE = /^[\w.-]{1,40}$/;

export function readFrame(data: string | Buffer): ReadFrame {
  if (typeof data !== "string") return { type: "(binary)", value: undefined };
  const read = readJson(data);
  if (read === undefined) return { type: "(text)", value: undefined };
  const { value } = read;
  const type: unknown =
    typeof value === "object" && value !== null && "type" in value ? value.type : undefined;
  return { type: typeof type === "string" && TYPE.test(type) ? type : "(json)", value };
}

/** The `type` of a frame; `(binary)`, `(text)` or `(json)` where it has none. */
export const readFrameType = (data: string | Buffer): string => readFrame(data).type;
