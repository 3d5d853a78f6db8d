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

/** What the server said in answer to one frame of the client; in the first turn, before there was any. */
export interface TranscriptTurn {
  readonly sent: string | Buffer | undefined;
  readonly received: readonly (string | Buffer)[];
}

export function toTurns({ frames }: Transcript): readonly TranscriptTurn[] {
  const turns: { sent: TranscriptTurn["sent"]; received: (string | Buffer)[] }[] = [
    { sent: undefined, received: [] },
  ];
  for (const { from, data } of frames) {
    if (from === "client") turns.push({ sent: data, received: [] });
    else turns.at(-1)?.received.push(data);
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
