/** The nearest value within bounds: a client's integer has no bound, and what takes it has one. */
export function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(Math.max(value, minimum), maximum);
}
