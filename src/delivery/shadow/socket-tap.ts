import type { Transcript, TranscriptClose, TranscriptFrame } from "#delivery/compare/index.ts";
import type { DropReason } from "#delivery/shadow/counters.ts";
import type { HeldShare } from "#delivery/shadow/held-bytes.ts";
import type { ShadowLimits } from "#delivery/shadow/limits.ts";
import type { MemoryBudget } from "#platform/memory-budget.ts";
import {
  createFrameReader,
  type FrameReader,
  type UnreadReason,
} from "#platform/websocket-frames/index.ts";
import type { SocketTap } from "#routing/upstream/index.ts";

export interface SocketTapOptions {
  readonly limits: Pick<ShadowLimits, "maxFrames" | "maxFrameBytes" | "maxTranscriptBytes">;
  readonly share: HeldShare;
  /** Once, unless it is dropped: at its end, or as soon as there is as much of it as is kept. */
  readonly onTranscript: (transcript: Transcript) => void;
  /** Nothing is held any more. */
  readonly onDrop: (reason: DropReason) => void;
}

const REASONS = {
  compressed: "compressed",
  unlawful: "malformed",
  "too-large": "frame-too-large",
} as const satisfies Record<UnreadReason, DropReason>;

/** Collects what is said on one tunnel. Only the copy that is kept is unmasked and decompressed; what passes is not touched. */
export function createSocketTap({
  limits,
  share,
  onTranscript,
  onDrop,
}: SocketTapOptions): SocketTap {
  const frames: TranscriptFrame[] = [];
  let close: TranscriptClose | undefined;
  let keptBytes = 0;
  let isShort = false;
  let isOver = false;
  const budget: MemoryBudget = {
    take(bytes) {
      const isTaken = share.take(bytes);
      if (!isTaken) isShort = true;
      return isTaken;
    },
    giveBack(bytes) {
      share.giveBack(bytes);
    },
  };

  function stopReading(): void {
    isOver = true;
    client.close();
    server.close();
  }

  function drop(reason: DropReason): void {
    if (isOver) return;
    stopReading();
    frames.length = 0;
    share.release();
    onDrop(reason);
  }

  function finish(): void {
    if (isOver) return;
    stopReading();
    onTranscript({ frames, close });
  }

  function keep(from: TranscriptFrame["from"], data: string | Buffer): void {
    const { length } = data;
    const isFull = frames.length >= limits.maxFrames;
    if (isFull || keptBytes + length > limits.maxTranscriptBytes) finish();
    else if (budget.take(length)) {
      keptBytes += length;
      frames.push({ from, data });
    } else drop("memory");
  }

  const listen = (from: TranscriptFrame["from"]): FrameReader =>
    createFrameReader({
      sender: from,
      maxMessageBytes: limits.maxFrameBytes,
      budget,
      onMessage(message) {
        keep(from, message.kind === "text" ? message.text : Buffer.from(message.bytes));
      },
      onClose(code) {
        close ??= { code, by: from };
      },
      onUnread(reason) {
        drop(isShort ? "memory" : REASONS[reason]);
      },
    });
  const [client, server] = [listen("client"), listen("server")];

  return {
    fromClient(chunk) {
      client.push(chunk);
    },
    fromUpstream(chunk) {
      server.push(chunk);
    },
    ended: finish,
  };
}
