/**
 * The cheapest way through all points from the first to the last, by dynamic programming over sets of visited
 * stops (Held and Karp). Exact; with 10 stops about 50,000 steps. Returns indexes into the matrix.
 */
export function bestOrder(costs: readonly (readonly number[])[]): readonly number[] {
  const last = costs.length - 1;
  const stops = Array.from({ length: Math.max(last - 1, 0) }, (_, index) => index + 1);
  let paths = new Map<string, Path>([["0:0", { order: [0], cost: 0, visited: 0 }]]);
  for (let visits = 0; visits < stops.length; visits += 1) paths = extend(paths, stops, costs);
  let best: Path | undefined;
  for (const path of paths.values()) {
    const cost = path.cost + costBetween(costs, path.order.at(-1) ?? 0, last);
    if (best === undefined || cost < best.cost) best = { ...path, cost };
  }
  return [...(best?.order ?? [0]), last];
}

interface Path {
  readonly order: readonly number[];
  readonly cost: number;
  /** One bit a stop. */
  readonly visited: number;
}

function costBetween(costs: readonly (readonly number[])[], from: number, to: number): number {
  return costs[from]?.[to] ?? Infinity;
}

/** All paths with one stop more; of those that end alike after the same stops the cheapest stays. */
function extend(
  paths: ReadonlyMap<string, Path>,
  stops: readonly number[],
  costs: readonly (readonly number[])[],
): Map<string, Path> {
  const longer = new Map<string, Path>();
  for (const path of paths.values()) {
    for (const stop of stops) {
      const bit = 1 << (stop - 1);
      if ((path.visited & bit) !== 0) continue;
      const cost = path.cost + costBetween(costs, path.order.at(-1) ?? 0, stop);
      const visited = path.visited | bit;
      const key = `${visited}:${stop}`;
      if (cost >= (longer.get(key)?.cost ?? Infinity)) continue;
      longer.set(key, { order: [...path.order, stop], cost, visited });
    }
  }
  return longer;
}

/** What an order costs, leg by leg. */
export function costOf(costs: readonly (readonly number[])[], order: readonly number[]): number {
  return order
    .slice(1)
    .reduce((sum, to, index) => sum + costBetween(costs, order[index] ?? 0, to), 0);
}
