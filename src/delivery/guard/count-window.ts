import { createSideCounts, type SideCounts } from "#delivery/guard/side-counts.ts";
import type { TwoSides } from "#delivery/guard/table-evidence.ts";

const SLOTS = 10;

/** Counts of the newest past only. */
export interface CountWindow {
  add: SideCounts["add"];
  /** What happened within the window, to a tenth of it. */
  read(): TwoSides;
  reset(): void;
}

/** Ten slots that take turns; one that is too old is emptied when its turn comes again. */
export function createCountWindow(windowMs: number, nowMs: () => number): CountWindow {
  const slots = Array.from({ length: SLOTS }, () => ({ turn: -SLOTS, counts: createSideCounts() }));
  const turnNow = (): number => Math.floor((nowMs() / windowMs) * SLOTS);
  return {
    add(side, counts) {
      const turn = turnNow();
      const slot = slots[turn % SLOTS];
      if (slot === undefined) throw new RangeError("A monotonic clock is never negative");
      if (slot.turn !== turn) {
        slot.turn = turn;
        slot.counts.reset();
      }
      slot.counts.add(side, counts);
    },
    read() {
      const oldest = turnNow() - SLOTS;
      const sum = createSideCounts();
      for (const { turn, counts } of slots) {
        if (turn <= oldest) continue;
        sum.add("native", counts.native);
        sum.add("legacy", counts.legacy);
      }
      return { native: sum.native, legacy: sum.legacy };
    },
    reset() {
      for (const slot of slots) slot.turn = -SLOTS;
    },
  };
}
