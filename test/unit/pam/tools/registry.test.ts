import { describe, expect, test } from "vitest";

import { CORE_TOOLS } from "#pam/tools/core-tools.ts";
import {
  createRegistry,
  getMinimalCoreTools,
  getToolFunctionMap,
  getToolSchemas,
  TOOLS,
} from "#pam/tools/registry.ts";

import { LEGACY_TOOLS } from "./legacy/load-legacy.ts";

const CALLER = { userId: "11111111-1111-4111-8111-111111111111" };

/** Everything but the descriptions: those are ours. A property named `description` is no description. */
function withoutDescriptions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDescriptions);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => !(key === "description" && typeof item === "string"))
      .map(([key, item]) => [key, withoutDescriptions(item)]),
  );
}

test("the tools are the legacy's 55, in its order", () => {
  expect(getToolSchemas().map(({ name }) => name)).toEqual(LEGACY_TOOLS.map(({ name }) => name));
  expect(LEGACY_TOOLS).toHaveLength(55);
});

describe.each(LEGACY_TOOLS)(
  "$name",
  ({ name, category, access, parameters, needsConfirmation }) => {
    const tool = TOOLS.get(name);

    test("publishes the legacy's parameters, key for key", () => {
      expect(withoutDescriptions(tool?.parameters)).toEqual(parameters);
    });

    test("keeps the legacy's category and access, and asks first where the legacy does", () => {
      expect([tool?.category, tool?.access]).toEqual([category, access]);
      expect(needsConfirmation && tool?.needsConfirmation !== true).toBe(false);
    });

    test("describes itself and every argument", () => {
      const texts = Object.values(tool?.parameters.properties ?? {}).map(
        (row) => row["description"],
      );
      expect(tool?.description.length).toBeGreaterThan(20);
      expect(texts.every((text) => typeof text === "string" && text !== "")).toBe(true);
      expect(JSON.stringify(tool?.parameters)).not.toContain('"description":""');
    });

    test("has a name that every provider takes", () => {
      expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/u);
    });
  },
);

test("only writes that others see ask for confirmation, with a question", () => {
  const asking = CORE_TOOLS.filter(({ needsConfirmation }) => needsConfirmation);
  expect(asking.map(({ name }) => name)).toEqual([
    "create_post",
    "message_friend",
    "comment_on_post",
  ]);
  expect(asking.every(({ confirmationPrompt = "" }) => confirmationPrompt.includes("'yes'"))).toBe(
    true,
  );
});

test("a definition shows nothing but what a model may know", () => {
  expect(Object.keys(getToolSchemas()[0] ?? {})).toEqual([
    "name",
    "description",
    "category",
    "access",
    "parameters",
  ]);
});

test("eleven tools are always sent, the legacy's", () => {
  expect(getMinimalCoreTools().map(({ name }) => name)).toEqual([
    "analyze_budget",
    "get_spending_summary",
    "get_weather_forecast",
    "create_calendar_event",
    "get_calendar_events",
    "search_knowledge",
    "create_expense",
    "plan_trip",
    "find_rv_parks",
    "calculate_gas_cost",
    "web_search",
  ]);
});

test("two tools of one name do not start", () => {
  expect(() => createRegistry([...CORE_TOOLS, ...CORE_TOOLS.slice(3, 4)])).toThrow(
    'Two tools are named "get_spending_summary"',
  );
});

test("without services every tool has a callable that says what it needs", async () => {
  const callables = getToolFunctionMap();
  expect([...callables.keys()]).toEqual(CORE_TOOLS.map(({ name }) => name));
  const needy = CORE_TOOLS.filter(({ needs }) => needs.length > 0);
  const results = await Promise.all(
    needy.map(async ({ name }) => callables.get(name)?.(MINIMAL_ARGUMENTS[name] ?? {}, CALLER)),
  );
  expect(results.map((result) => result?.success === false && result.error_code)).toEqual(
    needy.map(() => "NOT_CONFIGURED"),
  );
  expect(results[0]).toMatchObject({
    error: "create_expense is not configured: it needs a database",
  });
});

test("a tool that needs no service works without any", async () => {
  const categorize = getToolFunctionMap().get("categorize_transaction");
  expect(await categorize?.({ description: "SHELL 0412 FUEL" }, CALLER)).toMatchObject({
    success: true,
    category: "gas",
    confidence: "high",
  });
});

const ID = "99999999-9999-4999-8999-999999999999";
const MINIMAL_ARGUMENTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  create_expense: { amount: 1, category: "gas" },
  track_savings: { amount_saved: 1, category: "gas" },
  update_budget: { category: "gas", amount: 1 },
  plan_trip: { origin: "A", destination: "B" },
  find_rv_parks: { location: "A" },
  find_cheap_gas: { location: "A" },
  optimize_route: { origin: "A", destination: "B" },
  get_road_conditions: { location: "A" },
  find_attractions: { location: "A" },
  save_favorite_spot: { location_name: "A", location_address: "B" },
  suggest_seasonal_route: { origin: "A", destination_region: "B" },
  find_longstay_parks: { region: "A" },
  seasonal_weather_check: { region: "A", month: "May" },
  create_post: { content: "A" },
  message_friend: { recipient_id: ID, message: "A" },
  comment_on_post: { post_id: ID, comment: "A" },
  search_posts: { query: "A" },
  like_post: { post_id: ID },
  follow_user: { target_user_id: ID },
  share_location: { location_name: "A", latitude: 1, longitude: 1 },
  find_nearby_rvers: { latitude: 1, longitude: 1 },
  create_event: { title: "A", description: "B", event_date: "2026-05-01T10:00", location: "C" },
  create_vehicle: { name: "A" },
  add_knowledge: { title: "A", content: "B", knowledge_type: "policy", category: "travel" },
  search_medical_records: { query: "knee" },
  create_calendar_event: { title: "A", start_date: "2026-05-01" },
  update_calendar_event: { event_id: ID },
  delete_calendar_event: { event_id: ID },
  search_products: { query: "tyre" },
  web_search: { query: "A" },
};
