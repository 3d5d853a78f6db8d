import fc from "fast-check";
import { expect, test } from "vitest";

import { bestOrder, costOf } from "#pam/tools/trip/best-order.ts";

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}

const square = (size: number) =>
  fc.array(fc.array(fc.nat(1_000), { minLength: size, maxLength: size }), {
    minLength: size,
    maxLength: size,
  });

test("no other order is cheaper, whatever the costs", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 7 }).chain(square), (costs) => {
      const last = costs.length - 1;
      const stops = Array.from({ length: last - 1 }, (_, index) => index + 1);
      const best = bestOrder(costs);
      const cheapest = Math.min(
        ...permutations(stops).map((order) => costOf(costs, [0, ...order, last])),
      );
      expect(costOf(costs, best)).toBe(cheapest);
      expect([...best].toSorted((left, right) => left - right)).toEqual([0, ...stops, last]);
    }),
  );
});

test("without stops the order is from the start to the end", () => {
  expect(
    bestOrder([
      [0, 5],
      [5, 0],
    ]),
  ).toEqual([0, 1]);
});

test("the most stops that a route may have are ordered", () => {
  const points = [0, 9, 2, 7, 4, 5, 6, 3, 8, 1, 10, 11];
  const costs = points.map((from) => points.map((to) => Math.abs(from - to)));
  const order = bestOrder(costs);
  expect(costOf(costs, order)).toBe(11);
});
