/** 1,024 registers: a standard error of 3.3 %. */
const INDEX_BITS = 10;
const REGISTERS = 2 ** INDEX_BITS;
/** The bias correction for that many registers (Flajolet et al. 2007). */
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

/** How many distinct cohorts there were, in 1 KB whatever their number is. */
export interface DistinctCount {
  /** The cohort's hash: at least twelve hexadecimal digits. What is none is not counted. */
  add(cohort: string): void;
  estimate(): number;
}

/**
 * HyperLogLog (Flajolet, Fusy, Gandouet and Meunier 2007) over hashes that are even already, with linear counting for
 * small numbers.
 */
export function createDistinctCount(): DistinctCount {
  const registers = new Uint8Array(REGISTERS);
  return {
    add(cohort) {
      const high = Number.parseInt(cohort.slice(0, 4), 16);
      const low = Number.parseInt(cohort.slice(4, 12), 16);
      if (Number.isNaN(high) || Number.isNaN(low)) return;
      const index = high % REGISTERS;
      const rank = Math.clz32(low) + 1;
      if (rank > (registers[index] ?? 0)) registers[index] = rank;
    },
    estimate() {
      let sum = 0;
      let empty = 0;
      for (const register of registers) {
        sum += 2 ** -register;
        if (register === 0) empty += 1;
      }
      const raw = (ALPHA * REGISTERS * REGISTERS) / sum;
      const isSmall = raw <= 2.5 * REGISTERS && empty > 0;
      return Math.round(isSmall ? REGISTERS * Math.log(REGISTERS / empty) : raw);
    },
  };
}
