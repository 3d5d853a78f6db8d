import type { DropReason } from "#delivery/shadow/counters.ts";
import type { HeldShare } from "#delivery/shadow/held-bytes.ts";
import type { ShadowLimits } from "#delivery/shadow/limits.ts";
import type { ExchangeTap, RawHeaders } from "#routing/upstream/index.ts";

/** One whole exchange with legacy, as it went over the wire. */
export interface CapturedExchange {
  readonly requestBody: readonly Buffer[];
  readonly status: number;
  readonly headers: RawHeaders;
  /** With its content coding. */
  readonly answerBody: readonly Buffer[];
}

export interface ExchangeTapOptions {
  readonly limits: Pick<ShadowLimits, "maxRequestBytes" | "maxAnswerBytes">;
  readonly share: HeldShare;
  readonly onWhole: (captured: CapturedExchange) => void;
  /** Nothing is held any more. */
  readonly onDrop: (reason: DropReason) => void;
}

interface Side {
  chunks: Buffer[];
  bytes: number;
}

const lengthOf = (flat: RawHeaders): number => flat.reduce((total, text) => total + text.length, 0);

/** Keeps copies of what passes until it is too much, and calls back once: with the whole, or with why not. */
export function createExchangeTap({
  limits,
  share,
  onWhole,
  onDrop,
}: ExchangeTapOptions): ExchangeTap {
  const request: Side = { chunks: [], bytes: 0 };
  const answer: Side = { chunks: [], bytes: 0 };
  let head: { readonly status: number; readonly headers: RawHeaders } | undefined;
  let isOver = false;

  function drop(reason: DropReason): void {
    isOver = true;
    request.chunks = [];
    answer.chunks = [];
    share.release();
    onDrop(reason);
  }

  function keep(
    side: Side,
    chunk: Buffer,
    bound: readonly [max: number, reason: DropReason],
  ): void {
    if (isOver) return;
    side.bytes += chunk.length;
    if (side.bytes > bound[0]) drop(bound[1]);
    else if (share.take(chunk.length)) side.chunks.push(Buffer.from(chunk));
    else drop("memory");
  }

  return {
    requestBytes(chunk) {
      keep(request, chunk, [limits.maxRequestBytes, "request-too-large"]);
    },
    answerHead(status, headers) {
      if (isOver) return;
      head = { status, headers };
      if (!share.take(lengthOf(headers))) drop("memory");
    },
    answerBytes(chunk) {
      keep(answer, chunk, [limits.maxAnswerBytes, "answer-too-large"]);
    },
    ended(isComplete) {
      if (isOver) return;
      if (!isComplete || head === undefined) {
        drop("incomplete");
        return;
      }
      isOver = true;
      onWhole({ requestBody: request.chunks, ...head, answerBody: answer.chunks });
    },
  };
}
