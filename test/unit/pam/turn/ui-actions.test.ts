import { expect, test } from "vitest";
import { z } from "zod";

import { uiAction } from "#contracts/schema/ui-actions.ts";
import type { ToolResult } from "#pam/tools/door.ts";
import { toUiActions } from "#pam/turn/ui-actions.ts";

const EVENT = {
  id: "e1",
  title: "Dentist",
  start_date: "2030-05-01T10:00:00+00:00",
  end_date: "2030-05-01T11:00:00+00:00",
  description: null,
  all_day: false,
};
const EXPENSE = { id: 7, description: "Fuel", amount: 82.4, category: "gas", date: "2026-03-15" };
const TRIP = {
  id: "t1",
  title: "Sydney to Cairns",
  start_date: "2026-06-01",
  metadata: { origin: "Sydney", destination: "Cairns" },
};

const RELOAD_CALENDAR = {
  type: "reload_calendar",
  entity_id: "e1",
  entity_type: "calendar_event",
  entity_title: "Dentist",
  metadata: {
    start_date: "2030-05-01T10:00:00+00:00",
    end_date: "2030-05-01T11:00:00+00:00",
    description: null,
  },
};
const RELOAD_EXPENSES = {
  type: "reload_expenses",
  entity_id: 7,
  entity_type: "expense",
  entity_title: "Fuel",
  metadata: { amount: 82.4, category: "gas", date: "2026-03-15" },
};
const RELOAD_TRIPS = {
  type: "reload_trips",
  entity_id: "t1",
  entity_type: "trip",
  entity_title: "Sydney to Cairns",
  metadata: { start_date: "2026-06-01", end_date: null, destination: "Cairns" },
};

test.each<[string, ToolResult[], unknown[]]>([
  ["an event reloads the calendar", [{ success: true, event: EVENT }], [RELOAD_CALENDAR]],
  ["an expense reloads expenses", [{ success: true, expense: EXPENSE }], [RELOAD_EXPENSES]],
  ["a trip reloads trips", [{ success: true, trip: TRIP }], [RELOAD_TRIPS]],
  [
    "a trip's own destination goes before that of its metadata",
    [{ success: true, trip: { ...TRIP, destination: "Darwin" } }],
    [{ ...RELOAD_TRIPS, metadata: { ...RELOAD_TRIPS.metadata, destination: "Darwin" } }],
  ],
  [
    "one result gives event, expense and trip, in this order",
    [{ success: true, trip: TRIP, expense: EXPENSE, event: EVENT }],
    [RELOAD_CALENDAR, RELOAD_EXPENSES, RELOAD_TRIPS],
  ],
  [
    "results come in the order of their tools",
    [
      { success: true, trip: TRIP },
      { success: true, weather: "fine" },
      { success: true, event: EVENT },
    ],
    [RELOAD_TRIPS, RELOAD_CALENDAR],
  ],
  ["a failure reloads nothing", [{ success: false, error: "No", error_code: "FAILED" }], []],
  [
    "what is no row reloads nothing",
    [{ success: true, event: "Dentist", expense: [EXPENSE], trip: null }],
    [],
  ],
  [
    "what a row does not have is null",
    [{ success: true, expense: {} }],
    [
      {
        type: "reload_expenses",
        entity_id: null,
        entity_type: "expense",
        entity_title: null,
        metadata: { amount: null, category: null, date: null },
      },
    ],
  ],
])("%s", (_name, results, actions) => {
  const given = toUiActions(results);
  expect(given).toEqual(actions);
  expect(z.array(uiAction).safeParse(given).success).toBe(true);
});

test("keys stand in the legacy's order: clients see bytes", () => {
  const [action] = toUiActions([{ success: true, event: EVENT }]);
  expect(Object.keys(action ?? {})).toEqual(Object.keys(RELOAD_CALENDAR));
});
