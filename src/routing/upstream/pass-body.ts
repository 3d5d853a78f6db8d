import type { Socket } from "node:net";

import type { ClientLeg } from "#routing/upstream/client-leg.ts";
import { writeAndFree } from "#routing/upstream/free-chunk.ts";

export interface BodyPassage {
  /** Sent before the body, with its first bytes where they are there already. */
  readonly head: string;
  /** False when the upstream needs no more of it: what still comes is then read into nothing. */
  readonly isWanted: () => boolean;
  readonly onProgress: () => void;
  /** More than the plan allows has come; the rest is no longer wanted. */
  readonly onTooLarge: () => void;
  readonly onSent: () => void;
}

/** Passes a body of known length on as it comes, no faster than the upstream takes it. */
export function passBody(leg: ClientLeg, socket: Socket, passage: BodyPassage): void {
  const { request } = leg;
  const { maxBodyBytes = Number.POSITIVE_INFINITY } = leg.plan;
  let isHeadSent = false;
  const sendHead = (): void => {
    if (!isHeadSent) socket.write(passage.head, "latin1");
    isHeadSent = true;
  };

  request.on("data", (chunk: Buffer) => {
    if (!passage.isWanted()) return;
    leg.noteRequestBytes(chunk);
    passage.onProgress();
    if (leg.bytesIn > maxBodyBytes) {
      passage.onTooLarge();
      return;
    }
    socket.cork();
    sendHead();
    const isTaken = writeAndFree(socket, chunk);
    socket.uncork();
    if (isTaken) return;
    request.pause();
    socket.once("drain", () => request.resume());
  });
  request.once("end", () => {
    if (!passage.isWanted()) return;
    passage.onProgress();
    passage.onSent();
  });
  // The upstream may have something to say to the head alone, when the body is slow to come.
  setImmediate(() => {
    if (passage.isWanted()) sendHead();
  });
}
