/** How many of each side's requests had something against them. */
export interface TwoSides {
  readonly native: { readonly count: number; readonly bad: number };
  readonly legacy: { readonly count: number; readonly bad: number };
}

/** `log(C(native, x) · C(legacy, bad − x))` for each possible `x`, up to what they have in common. */
function logWeights({ native, legacy }: TwoSides): { readonly first: number; weights: number[] } {
  const bad = native.bad + legacy.bad;
  const first = Math.max(0, bad - legacy.count);
  const last = Math.min(native.count, bad);
  const weights = [0];
  let weight = 0;
  for (let x = first; x < last; x += 1) {
    const up = (native.count - x) * (bad - x);
    const down = (x + 1) * (legacy.count - bad + x + 1);
    weight += Math.log(up / down);
    weights.push(weight);
  }
  return { first, weights };
}

function logSum(terms: readonly number[]): number {
  const largest = terms.reduce((left, right) => Math.max(left, right), -Infinity);
  return largest + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - largest), 0));
}

/** True where a table can say something: both sides took part, and not all of their requests had the same end. */
export function isInformative({ native, legacy }: TwoSides): boolean {
  const bad = native.bad + legacy.bad;
  const count = native.count + legacy.count;
  return native.count > 0 && legacy.count > 0 && bad > 0 && bad < count;
}

/**
 * The logarithm of an e-value against "native is not worse": how much likelier the table is if native's odds are
 * `oddsRatio` times legacy's than if they are equal, given how many requests each side had and how many were bad
 * together (Fisher's noncentral against his central hypergeometric distribution). Conditioning takes the common
 * rate, which nobody knows and which changes with the hour, out of it; whatever that rate is, the mean of the
 * e-value is at most 1 where native is not worse. 0 for a table that says nothing. Pure.
 */
export function logEvidence(table: TwoSides, oddsRatio: number): number {
  if (!isInformative(table)) return 0;
  const { first, weights } = logWeights(table);
  const logOdds = Math.log(oddsRatio);
  const tilted = weights.map((weight, index) => weight + logOdds * (first + index));
  return logOdds * table.native.bad - (logSum(tilted) - logSum(weights));
}
