import type { Transcript, TranscriptClose, TranscriptFrame } from "#delivery/compare/index.ts";
import type { DropReason } from "#delivery/shadow/counters.ts";
import { createFrameReader, type FrameFault } from "#delivery/shadow/frame-reader.ts";
import type { HeldShare } from "#delivery/shadow/held-bytes.ts";
import type { ShadowLimits } from "#delivery/shadow/limits.ts";
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
  malformed: "malformed",
  "too-large": "frame-too-large",
} as const satisfies Record<FrameFault, DropReason>;

/** Collects what is said on one tunnel. Only the copy that is kept is unmasked; what passes is not touched. */
export function createSocketTap({
  limits,
  share,
  onTranscript,
  onDrop,
}: SocketTapOptions): SocketTap {
  const frames: TranscriptFrame[] = [];
  let close: TranscriptClose | undefined;
  let isOver = false;

  function drop(reason: DropReason): void {
    if (isOver) return;
    isOver = true;
    frames.length = 0;
    share.release();
    onDrop(reason);
  }

  function finish(): void {
    if (isOver) return;
    isOver = true;
    onTranscript({ frames, close });
  }

  function keep(from: TranscriptFrame["from"], data: string | Buffer): void {
    if (isOver) return;
    const isFull =
      frames.length >= limits.maxFrames || share.bytes + data.length > limits.maxTranscriptBytes;
    if (isFull) finish();
    else if (share.take(data.length)) frames.push({ from, data });
    else drop("memory");
  }

  const listen = (from: TranscriptFrame["from"]): { push(chunk: Buffer): void } =>
    createFrameReader(
      { sender: from, maxMessageBytes: limits.maxFrameBytes },
      {
        message(data) {
          keep(from, data);
        },
        close(code) {
          close ??= { code, by: from };
        },
        fault(fault) {
          drop(REASONS[fault]);
        },
      },
    );
  const [client, server] = [listen("client"), listen("server")];

  return {
    fromClient(chunk) {
      if (!isOver) client.push(chunk);
    },
    fromUpstream(chunk) {
      if (!isOver) server.push(chunk);
    },
    ended: finish,
  };
}
