import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { OpenDatabase } from "#platform/database/index.ts";
import { openEmbedded } from "#platform/database/open-embedded.ts";
import { createManualClock } from "#support/manual-clock.ts";

import { createToolKit, failure, ME, NOW, type ToolKit } from "./tool-kit.ts";

const clock = createManualClock(NOW);
let opened: OpenDatabase;
let kit: ToolKit;

beforeAll(async () => {
  opened = await openEmbedded();
  kit = createToolKit({ clock, database: opened.database });
});
afterAll(async () => opened.close());

beforeEach(async () => {
  for (const table of ["expenses", "budgets", "pam_savings_events"] as const) {
    // oxlint-disable-next-line no-await-in-loop -- one connection
    await opened.database.deleteFrom(table).execute();
  }
});

async function spend(category: string, amount: number, date: string): Promise<void> {
  await opened.database
    .insertInto("expenses")
    .values({ user_id: ME, category, amount, date, description: `${category}, "quoted"` })
    .execute();
}

describe("an expense", () => {
  test("is recorded in lower case, for today where the user is, with a description", async () => {
    const { expense, message } = await kit.succeed(
      "create_expense",
      { amount: 42.5, category: " GAS " },
      { timeZone: "Pacific/Kiritimati" },
    );
    expect(expense).toMatchObject({
      user_id: ME,
      amount: 42.5,
      category: "gas",
      description: "gas expense",
      date: "2026-03-16",
    });
    expect(message).toBe("Recorded $42.50 for gas");
  });

  test("keeps the day and the words it is given", async () => {
    const args = { amount: "9", category: "food", description: "Pie", date: "2026-03-01T10:00" };
    const { expense } = await kit.succeed("create_expense", args);
    expect(expense).toMatchObject({ amount: 9, description: "Pie", date: "2026-03-01" });
  });
});

describe("budgets", () => {
  test("are made once and changed after", async () => {
    const made = await kit.succeed("update_budget", { category: "Gas", amount: 100 });
    const changed = await kit.succeed("update_budget", { category: "gas", amount: 200 });
    expect([made["action"], changed["action"]]).toEqual(["created", "updated"]);
    expect(changed["budget"]).toMatchObject({
      category: "gas",
      monthly_limit: 200,
      budgeted_amount: 200,
    });
    expect(await opened.database.selectFrom("budgets").selectAll().execute()).toHaveLength(1);
  });

  test("are set against this month's spending: over, near and well within", async () => {
    await kit.succeed("update_budget", { category: "gas", amount: 100 });
    await kit.succeed("update_budget", { category: "food", amount: 100 });
    await kit.succeed("update_budget", { category: "fun", amount: 100 });
    await spend("gas", 100.01, "2026-03-02");
    await spend("food", 80.01, "2026-03-03");
    await spend("fun", 80, "2026-03-04");
    await spend("fun", 500, "2026-02-28");
    const { budget_status, total_spending, expense_count, spending_by_category } =
      await kit.succeed("analyze_budget");
    expect(budget_status).toEqual([
      {
        category: "food",
        budget: 100,
        spent: 80.01,
        remaining: 19.99,
        percent_used: 80,
        status: "warning",
      },
      { category: "fun", budget: 100, spent: 80, remaining: 20, percent_used: 80, status: "good" },
      {
        category: "gas",
        budget: 100,
        spent: 100.01,
        remaining: -0.01,
        percent_used: 100,
        status: "over",
      },
    ]);
    expect([total_spending, expense_count]).toEqual([260.02, 3]);
    expect(Object.keys(spending_by_category ?? {})).toEqual(["gas", "food", "fun"]);
    const { comparisons, period } = await kit.succeed("compare_vs_budget");
    expect(period).toBe("2026-03");
    expect(comparisons).toContainEqual({
      category: "gas",
      budgeted: 100,
      spent: 100.01,
      difference: -0.01,
      percent_used: 100,
      status: "over",
    });
  });

  test("without a monthly limit count by the amount budgeted", async () => {
    const period = { start_date: "2026-03-01", end_date: "2026-03-31" };
    await opened.database
      .insertInto("budgets")
      .values({ user_id: ME, category: "Gas", budgeted_amount: 50, ...period })
      .execute();
    const { comparisons } = await kit.succeed("compare_vs_budget");
    expect(comparisons).toEqual([
      expect.objectContaining({ category: "gas", budgeted: 50, spent: 0 }),
    ]);
  });
});

test("a budget that nothing was spent on is good, one of nothing is over at once", async () => {
  const period = { start_date: "2026-03-01", end_date: "2026-03-31" };
  await opened.database
    .insertInto("budgets")
    .values([
      { user_id: ME, category: "fun", budgeted_amount: 0, ...period },
      { user_id: ME, category: "tolls", budgeted_amount: 10, ...period },
    ])
    .execute();
  await spend("fun", 1, "2026-03-02");
  expect(await kit.succeed("analyze_budget")).toMatchObject({
    budget_status: [
      { category: "fun", status: "over", percent_used: 0 },
      { category: "tolls", status: "good", spent: 0, percent_used: 0 },
    ],
  });
});

describe("spending", () => {
  test("is summed over as many days as asked for, in one category or all", async () => {
    await spend("gas", 10, "2026-03-15");
    await spend("gas", 20, "2026-03-09");
    await spend("food", 5, "2026-03-10");
    await spend("gas", 99, "2026-03-08");
    expect(await kit.succeed("get_spending_summary", { days: 7 })).toMatchObject({
      start_date: "2026-03-09",
      end_date: "2026-03-15",
      days: 7,
      total_amount: 35,
      expense_count: 3,
      daily_average: 5,
      by_category: { gas: 30, food: 5 },
      category_filter: null,
    });
    expect(await kit.succeed("get_spending_summary", { category: "Food" })).toMatchObject({
      days: 30,
      total_amount: 5,
      category_filter: "food",
    });
  });

  test("is projected to the end of the month by the days gone", async () => {
    await spend("gas", 150, "2026-03-02");
    expect(await kit.succeed("predict_end_of_month")).toMatchObject({
      days_elapsed: 15,
      days_in_month: 31,
      predictions: { gas: { spent_so_far: 150, daily_rate: 10, projected_total: 310 } },
      total_projected: 310,
    });
  });

  test("above a rule of thumb gets its suggestion", async () => {
    await spend("gas", 201, "2026-02-01");
    await spend("food", 400, "2026-03-01");
    const { suggestions, total_potential_savings } = await kit.succeed(
      "find_savings_opportunities",
    );
    expect(suggestions).toEqual([
      expect.objectContaining({ category: "gas", potential_savings: 20 }),
    ]);
    expect(total_potential_savings).toBe(20);
  });
});

describe("savings", () => {
  test("are recorded and totalled for the month; predicted ones do not count", async () => {
    await opened.database
      .insertInto("pam_savings_events")
      .values([
        { user_id: ME, event_type: "gas", predicted_savings: 50, saved_date: "2026-03-01" },
        { user_id: ME, event_type: "gas", actual_savings: 8, saved_date: "2026-02-28" },
        { user_id: ME, event_type: "gas", amount: 1.5, saved_date: "2026-03-31" },
      ])
      .execute();
    const { monthly_total, savings_event } = await kit.succeed("track_savings", {
      amount: 4,
      category: "Campground",
      event_type: "campground",
    });
    expect(monthly_total).toBe(5.5);
    expect(savings_event).toMatchObject({
      actual_savings: 4,
      category: "campground",
      event_type: "campground",
      saved_date: "2026-03-15",
    });
  });
});

describe("a report", () => {
  beforeEach(async () => {
    await spend("gas", 10, "2026-03-15");
    await kit.succeed("update_budget", { category: "gas", amount: 100 });
    await kit.succeed("track_savings", { amount_saved: 4, category: "gas" });
  });

  test("in full holds expenses, budgets and savings", async () => {
    const { report, format } = await kit.succeed("export_budget_report");
    expect(format).toBe("json");
    expect(report).toMatchObject({
      user_id: ME,
      period: { start_date: "2026-03-01", end_date: "2026-03-31" },
      summary: { total_spent: 10, total_budgeted: 100, total_saved: 4, expense_count: 1 },
      expenses: [{ amount: 10, category: "gas" }],
      budgets: [{ category: "gas", limit: 100 }],
      savings_events: [{ actual_savings: 4 }],
      generated_at: "2026-03-15T12:00:00.000Z",
    });
  });

  test("as a table quotes what needs it and runs nothing in a spreadsheet", async () => {
    await kit.succeed("create_expense", {
      amount: 1,
      category: "food",
      description: "=HYPERLINK(1)",
    });
    const { report } = await kit.succeed("export_budget_report", { format: "csv" });
    expect(report).toMatchObject({
      csv: [
        "date,category,description,amount",
        "2026-03-15,food,'=HYPERLINK(1),1",
        '2026-03-15,gas,"gas, ""quoted""",10',
      ].join("\r\n"),
    });
  });

  test("as a table bears rows without words", async () => {
    await opened.database
      .insertInto("expenses")
      .values({ user_id: ME, category: "gas", amount: 2, date: "2026-03-01", description: null })
      .execute();
    await opened.database
      .insertInto("pam_savings_events")
      .values({ user_id: ME, event_type: "gas", predicted_savings: 9, saved_date: "2026-03-01" })
      .execute();
    const { report } = await kit.succeed("export_budget_report", { format: "csv" });
    expect(report).toMatchObject({
      csv: expect.stringContaining("\r\n2026-03-01,gas,,2"),
      summary: { total_saved: 4 },
    });
  });

  test("as totals leaves the lists out", async () => {
    const { report } = await kit.succeed("export_budget_report", { format: "summary" });
    expect(Object.keys(report ?? {})).toEqual(["user_id", "period", "summary", "generated_at"]);
  });
});

test.each([
  ["Shell fuel 40L", "gas"],
  ["propane gas refill", "propane"],
  ["NRMA insurance", "insurance"],
  ["Big4 caravan park", "campground"],
  ["Oil change at the workshop", "maintenance"],
  ["Woolworths groceries", "food"],
  ["Museum tickets", "entertainment"],
  ["Starlink", "utilities"],
  ["Amazon order", "shopping"],
  ["rego renewal", "registration"],
  ["mystery", "other"],
])("%s is put under %s", async (description, category) => {
  const result = await kit.succeed("categorize_transaction", { description, amount: 3 });
  expect(result).toMatchObject({
    category,
    confidence: category === "other" ? "low" : "high",
    amount: 3,
  });
});

test("an amount that is no money is refused", async () => {
  expect(await kit.call("create_expense", { amount: -5, category: "gas" })).toEqual(
    failure("INVALID_ARGUMENTS", 'Invalid argument "amount": must be above 0 and at most 1000000'),
  );
});
