const KILOBYTE = 1_024;
const MEGABYTE = KILOBYTE * KILOBYTE;

/** One decimal as Python's `:.1f` has it: a tie goes to the even digit, where `toFixed` goes up. */
function toTenths(bytes: number, unit: number): string {
  const tenths = Math.floor((bytes * 10) / unit);
  const rest = bytes * 10 - tenths * unit;
  const isUp = rest * 2 > unit || (rest * 2 === unit && tenths % 2 === 1);
  return ((tenths + (isUp ? 1 : 0)) / 10).toFixed(1);
}

/** `512B`, `39.5KB`, `1.1MB`: of 1,024, as the legacy's answers and logs write sizes. */
export function formatBytes(bytes: number): string {
  if (bytes < KILOBYTE) return `${bytes}B`;
  return bytes < MEGABYTE ? `${toTenths(bytes, KILOBYTE)}KB` : `${toTenths(bytes, MEGABYTE)}MB`;
}
