/** What the legacy's columns of money hold: ten digits, two of them behind the point. */
const TOO_MUCH = 1e8;

/** To whole cents. */
export function toCents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

/** How much is missing to a goal; 0 where it is reached. */
export function shortfall(total: number, goal: number): number {
  return Math.max(0, goal - total);
}

/** May exceed 100. Nothing is reached where there is no goal. */
export function percentOf(total: number, goal: number): number {
  return goal === 0 ? 0 : (total / goal) * 100;
}

/**
 * What the legacy's data API or database has against amounts, in its words; `undefined` for nothing.
 * NaN and the infinities pass validation, but no JSON that it sends can hold them.
 */
export function amountProblem(amounts: readonly number[]): string | undefined {
  if (!amounts.every(Number.isFinite)) return "Out of range float values are not JSON compliant";
  return amounts.every((amount) => Math.abs(amount) < TOO_MUCH)
    ? undefined
    : "numeric field overflow";
}
