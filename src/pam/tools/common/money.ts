/** To whole cents, so that sums of decimal fractions print as people write them. */
export function toCents(amount: number): number {
  return Math.round((amount + Number.EPSILON) * 100) / 100;
}

export function toDollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

interface Spent {
  readonly category: string;
  readonly amount: number;
}

/** Totals by category, the greatest first. A category is a person's word, and may be `constructor`. */
export function sumByCategory(rows: readonly Spent[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { category, amount } of rows) {
    sums.set(category, (sums.get(category) ?? 0) + amount);
  }
  return new Map(
    [...sums]
      .map(([category, total]): [string, number] => [category, toCents(total)])
      .toSorted(
        ([leftName, left], [rightName, right]) => right - left || leftName.localeCompare(rightName),
      ),
  );
}

export function sum(rows: readonly { readonly amount: number }[]): number {
  return toCents(rows.reduce((total, { amount }) => total + amount, 0));
}
