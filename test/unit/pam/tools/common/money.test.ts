import { expect, test } from "vitest";

import { sumByCategory } from "#pam/tools/common/money.ts";

test("totals stand by category, the greatest first, in whole cents", () => {
  const rows = [
    { category: "food", amount: 0.1 },
    { category: "fuel", amount: 40 },
    { category: "food", amount: 0.2 },
  ];
  expect([...sumByCategory(rows)]).toEqual([
    ["fuel", 40],
    ["food", 0.3],
  ]);
});

test.each(["constructor", "__proto__", "toString"])(
  "%s is a category like any other",
  (category) => {
    expect(sumByCategory([]).get(category)).toBeUndefined();
    expect(sumByCategory([{ category, amount: 5 }]).get(category)).toBe(5);
  },
);
