import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { CORE_TOOLS } from "#pam/tools/core-tools.ts";
import { findCategories } from "#pam/tools/prefilter/categories.ts";
import { chooseTools } from "#pam/tools/prefilter/choose-tools.ts";
import { getMinimalCoreTools, getToolSchemas } from "#pam/tools/registry.ts";

import { PREFILTER_VECTORS } from "../legacy/load-legacy.ts";

const minimal = new Set(getMinimalCoreTools().map(({ name }) => name));
const namesFor = (...args: Parameters<typeof chooseTools>): string[] =>
  chooseTools(...args).map(({ name }) => name);
const sizeOf = (tools: readonly unknown[]): number => JSON.stringify(tools).length;
const chosenFor = (...args: Parameters<typeof chooseTools>): string[] =>
  namesFor(...args).filter((name) => !minimal.has(name));

/**
 * Where the legacy's choice is one of its faults: messages with no words for profile, knowledge and seasons, a
 * receipt that finds no receipt tool, and the web app's own name for its page.
 */
const FAULTS: Readonly<Record<string, readonly string[]>> = {
  "we are heading south for summer": [
    "suggest_seasonal_route",
    "find_longstay_parks",
    "seasonal_weather_check",
  ],
  "change my theme to dark": [
    "update_profile",
    "update_settings",
    "manage_privacy",
    "get_user_stats",
  ],
  "export my data": ["update_profile", "update_settings", "manage_privacy", "export_data"],
  "remember that the Gibb River Road closes in the wet": ["add_knowledge"],
  "scan this fuel receipt": [
    "find_cheap_gas",
    "optimize_route",
    "get_road_conditions",
    "scan_fuel_receipt_with_confidence",
  ],
};

const sound = PREFILTER_VECTORS.filter(
  ({ message, context }) => !(message in FAULTS) && context?.current_page === undefined,
);

test("the vectors are the legacy's, and few of them are faults", () => {
  expect([PREFILTER_VECTORS.length, sound.length]).toEqual([22, 16]);
});

describe.each(sound)("for $message $context", (vector) => {
  test("the legacy's tools are chosen", () => {
    expect(chosenFor(vector.message, { page: vector.context?.page })).toEqual(
      getToolSchemas()
        .map(({ name }) => name)
        .filter((name) => vector.non_core_selected.includes(name)),
    );
  });

  test("the legacy's categories are found", () => {
    const known = vector.categories.filter((category) => category !== "rv");
    expect([...findCategories(vector.message)].toSorted()).toEqual(known);
  });
});

test.each(Object.entries(FAULTS))(
  "%j reaches tools that the legacy's words cannot",
  (message, expected) => {
    expect(chosenFor(message)).toEqual(expect.arrayContaining([...expected]));
  },
);

test("the page counts under the web app's own name, too", () => {
  const calendar = ["update_calendar_event", "delete_calendar_event"];
  expect(chosenFor("anything", { page: "pam_chat" })).toEqual(calendar);
  expect(chosenFor("anything", { page: "/pam_chat" })).toEqual(calendar);
  expect(chosenFor("anything", { page: "/nowhere" })).toEqual([]);
});

/** One message for each tool that is not always sent, as a user would put it. */
const ASKING: Readonly<Record<string, string>> = {
  track_savings: "Please record that I saved $12 on fuel",
  update_budget: "Set my food budget to 400",
  compare_vs_budget: "Am I under budget for gas?",
  predict_end_of_month: "What will I have spent by the end of the month?",
  find_savings_opportunities: "How can I save money on the road?",
  categorize_transaction: "Which category does KOA fall under?",
  export_budget_report: "Export my expenses as csv",
  find_cheap_gas: "Where is cheap diesel in Dubbo?",
  optimize_route: "Optimise the order of my stops",
  get_road_conditions: "Are the roads icy at Donner Pass?",
  find_attractions: "What are things to see in Broome?",
  estimate_travel_time: "How long is the drive to Perth?",
  save_favorite_spot: "Save this place to my favourites",
  update_vehicle_fuel_consumption: "My van does 12 l/100 km",
  scan_fuel_receipt_with_confidence: "Read this receipt",
  suggest_seasonal_route: "We want to head north for the winter",
  find_longstay_parks: "Parks with monthly rates in Queensland",
  seasonal_weather_check: "What is the climate of Darwin in January?",
  create_post: "Write a post about the Nullarbor",
  message_friend: "Send Sam a message",
  comment_on_post: "Comment on that photo",
  search_posts: "Find posts on solar panels",
  get_feed: "Show me the feed",
  like_post: "Like that post",
  follow_user: "Follow Kim",
  share_location: "Share my location",
  find_nearby_rvers: "Are there travellers nearby?",
  create_event: "Organise a potluck on Friday",
  update_profile: "Change my username",
  update_settings: "Turn off notifications",
  manage_privacy: "Make my account private",
  get_user_stats: "Show my stats",
  export_data: "I want a copy of my data",
  create_vehicle: "Add a new motorhome",
  add_knowledge: "Add a rule to the knowledge base",
  get_medical_records: "Show my health records",
  search_medical_records: "What did my blood test results say?",
  get_medications: "Which pills do I take?",
  get_emergency_info: "What allergies are on file?",
  update_calendar_event: "Reschedule the appointment",
  delete_calendar_event: "Cancel my meeting",
  search_products: "I want to buy a compressor",
  get_product_details: "Tell me more about that product",
  recommend_products: "Suggest some recovery gear",
};

test("every tool can be reached by a message that asks for it", () => {
  const unreached = CORE_TOOLS.map(({ name }) => name).filter(
    (name) => !minimal.has(name) && !chosenFor(ASKING[name] ?? "").includes(name),
  );
  expect(unreached).toEqual([]);
});

test("a tool in use stays at hand for a message that names nothing", () => {
  expect(chosenFor("and make it 3 instead", { recentTools: ["update_budget", "gone"] })).toContain(
    "update_budget",
  );
});

test("the limit may be another one, and never costs the minimal set", () => {
  expect(namesFor("plan a trip", { maxTools: 18 })).toHaveLength(18);
  expect(namesFor("plan a trip", { maxTools: 3 })).toEqual(namesFor("hello there"));
});

test("whatever the message, at most 15 tools are chosen, the minimal set among them, always alike", () => {
  const words = fc.constantFrom(...Object.values(ASKING), "hello", "gas", "doctor", "shop");
  const message = fc.oneof(
    fc.string({ maxLength: 500 }),
    fc.array(words).map((list) => list.join(" ")),
  );
  fc.assert(
    fc.property(message, fc.array(fc.string()), (text, recentTools) => {
      const names = namesFor(text, { recentTools });
      expect(names.length).toBeLessThanOrEqual(15);
      expect([...minimal].every((name) => names.includes(name))).toBe(true);
      expect(names).toEqual(namesFor(text, { recentTools }));
      expect(new Set(names).size).toBe(names.length);
    }),
  );
});

test("fifteen tools take less than half of the characters of all", () => {
  const chosen = chooseTools("plan a trip from Phoenix to Seattle under $2000");
  expect(chosen).toHaveLength(15);
  expect(sizeOf(chosen) / sizeOf(getToolSchemas())).toBeLessThan(0.5);
});
