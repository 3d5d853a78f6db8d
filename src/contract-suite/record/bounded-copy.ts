import { createHash } from "node:crypto";

import type { MemoryBudget } from "#platform/memory-budget.ts";

/** A copy of a stream's bytes that stops being kept where it gets long. */
export interface BoundedCopy {
  readonly length: number;
  /** When each part came, in milliseconds since the start, and how long it was; no more than 1,000 parts. */
  readonly parts: readonly (readonly [atMs: number, length: number])[];
  add(chunk: Buffer): void;
  /** `undefined` where it was too long to keep. */
  bytes(): Buffer | undefined;
  /** Of all bytes, kept or not. */
  digest(): { readonly sha256: string; readonly length: number };
}

const MAX_PARTS = 1_000;

export function createBoundedCopy(
  maxBytes: number,
  budget: MemoryBudget,
  elapsedMs: () => number,
): BoundedCopy & Disposable {
  let chunks: Buffer[] | undefined = [];
  const sha256 = createHash("sha256");
  let [length, held] = [0, 0];
  const parts: (readonly [number, number])[] = [];

  function letGo(): void {
    budget.giveBack(held);
    held = 0;
    chunks = undefined;
  }

  return {
    get length() {
      return length;
    },
    parts,
    add(chunk) {
      length += chunk.length;
      sha256.update(chunk);
      if (parts.length < MAX_PARTS) parts.push([Math.round(elapsedMs()), chunk.length]);
      if (chunks === undefined) return;
      if (length > maxBytes || !budget.take(chunk.length)) {
        letGo();
        return;
      }
      held += chunk.length;
      chunks.push(chunk);
    },
    bytes: () => chunks && Buffer.concat(chunks),
    digest: () => ({ sha256: sha256.copy().digest("hex"), length }),
    [Symbol.dispose]: letGo,
  };
}
