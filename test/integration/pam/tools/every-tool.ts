import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { OpenDatabase } from "#platform/database/index.ts";
import { seedDemo } from "#platform/database/seed-demo.ts";
import { createManualClock } from "#support/manual-clock.ts";

import { LEGACY_TOOLS } from "../../../unit/pam/tools/legacy/load-legacy.ts";
import { startFakeServices, type FakeServices } from "./fake-services.ts";
import {
  dumpRows,
  FOREIGN_ID,
  greatestNumber,
  MARK,
  MARK_AMOUNT,
  seedForeignRows,
} from "./foreign-rows.ts";
import { createToolKit, ME, NOW, OTHER, type ToolKit } from "./tool-kit.ts";

const STRANGER = "33333333-3333-4333-8333-333333333333";

interface OwnIds {
  readonly event: string;
  readonly post: string;
}

/** Arguments with which every tool succeeds on the demo user's data. */
function argumentsFor(name: string, { event, post }: OwnIds): Readonly<Record<string, unknown>> {
  const table: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    create_expense: { amount: 12.5, category: "Gas" },
    track_savings: { amount_saved: 5, category: "gas" },
    update_budget: { category: "gas", amount: 350 },
    categorize_transaction: { description: "Campground fee" },
    plan_trip: { origin: "Denver", destination: "Moab", budget: 500 },
    find_rv_parks: { location: "Moab" },
    get_weather_forecast: { location: "Moab" },
    calculate_gas_cost: { distance_miles: 100, gas_price: 3.5 },
    find_cheap_gas: { location: "Dubbo" },
    optimize_route: { origin: "Denver", destination: "Moab" },
    get_road_conditions: { location: "Moab" },
    find_attractions: { location: "Moab" },
    estimate_travel_time: { origin: "Denver", destination: "Moab" },
    save_favorite_spot: { location_name: "Arches", location_address: "Moab, Utah" },
    update_vehicle_fuel_consumption: { mpg: 15 },
    scan_fuel_receipt_with_confidence: { receipt_url: "https://receipts.example/1.jpg" },
    suggest_seasonal_route: { origin: "Denver", destination_region: "Utah", travel_month: "May" },
    find_longstay_parks: { region: "Utah" },
    seasonal_weather_check: { region: "Moab", month: "jul" },
    create_post: { content: "Hello" },
    message_friend: { recipient_id: STRANGER, message: "Hi" },
    comment_on_post: { post_id: post, comment: "Nice" },
    search_posts: { query: "Welcome" },
    like_post: { post_id: post },
    follow_user: { target_user_id: STRANGER },
    share_location: { location_name: "Creek", latitude: 38.5, longitude: -109.5 },
    find_nearby_rvers: { latitude: 38.5, longitude: -109.5 },
    create_event: {
      title: "Potluck",
      description: "Bring food",
      event_date: "2026-04-01T18:00",
      location: "Creek",
    },
    update_profile: { username: "roamer" },
    update_settings: { theme: "dark" },
    manage_privacy: { allow_messages: "friends" },
    create_vehicle: { name: "Trailer" },
    add_knowledge: {
      title: "Wet",
      content: "Closed",
      knowledge_type: "warning",
      category: "travel",
    },
    search_knowledge: { query: "creek" },
    search_medical_records: { query: "knee" },
    create_calendar_event: { title: "Service", start_date: "2026-04-01T09:00" },
    update_calendar_event: { event_id: event, title: "Oil and filter" },
    delete_calendar_event: { event_id: event },
    search_products: { query: "tyre" },
    get_product_details: { product_title: "deflator" },
    recommend_products: { use_case: "tire_maintenance" },
    web_search: { query: "road news" },
  };
  return table[name] ?? {};
}

/** The same calls aimed at another user's rows. */
const HOSTILE: readonly (readonly [name: string, args: Readonly<Record<string, unknown>>])[] = [
  ["update_calendar_event", { event_id: FOREIGN_ID, title: "Mine" }],
  ["delete_calendar_event", { event_id: FOREIGN_ID }],
  ["update_vehicle_fuel_consumption", { vehicle_id: FOREIGN_ID, mpg: 10 }],
  ["comment_on_post", { post_id: FOREIGN_ID, comment: "x" }],
  ["like_post", { post_id: FOREIGN_ID }],
  ["search_posts", { query: MARK }],
  ["search_medical_records", { query: MARK }],
  ["search_knowledge", { query: MARK }],
  ["get_spending_summary", { days: 3_660, user_id: OTHER }],
  ["get_calendar_events", { include_past: true, user_id: OTHER }],
  ["get_emergency_info", { user_id: OTHER }],
  ["get_medications", { active_only: false, user_id: OTHER }],
  ["export_data", { user_id: OTHER }],
];

/** What all 55 tools promise alike, over one kind of database. */
export function describeEveryTool(title: string, open: () => Promise<OpenDatabase>): void {
  describe(`every tool over ${title}`, () => {
    const clock = createManualClock(NOW);
    let opened: OpenDatabase;
    let services: FakeServices;
    let kit: ToolKit;
    let ids: OwnIds;

    beforeAll(async () => {
      opened = await open();
      services = await startFakeServices();
      const { database } = opened;
      await seedDemo(database, clock);
      await database.updateTable("profiles").set({ role: "admin" }).where("id", "=", ME).execute();
      await database.insertInto("profiles").values({ id: STRANGER, nickname: "kim" }).execute();
      await seedForeignRows(database, OTHER);
      const event = await database
        .selectFrom("calendar_events")
        .select("id")
        .where("user_id", "=", ME)
        .executeTakeFirstOrThrow();
      const post = await database
        .insertInto("posts")
        .values({ author_id: STRANGER, content: "Welcome" })
        .returning("id")
        .executeTakeFirstOrThrow();
      ids = { event: event.id, post: post.id };
      kit = createToolKit({ clock, database, ...services.create(clock) });
    }, 60_000);

    afterAll(async () => {
      await services[Symbol.asyncDispose]();
      await opened.close();
    });

    test.each(LEGACY_TOOLS)(
      "$name succeeds with the legacy's keys",
      async ({ name, resultKeys }) => {
        const before = await dumpRows(opened.database, OTHER);
        const result = await kit.succeed(name, argumentsFor(name, ids));
        expect(Object.keys(result)).toEqual(expect.arrayContaining(resultKeys));
        expect(JSON.stringify(result)).not.toContain(MARK);
        expect(greatestNumber(result)).toBeLessThan(MARK_AMOUNT);
        // Compared as one, so that a failure does not print both.
        expect((await dumpRows(opened.database, OTHER)) === before).toBe(true);
      },
    );

    test.each(HOSTILE)(
      "%s with %j neither reads nor writes another user's rows",
      async (name, args) => {
        const before = await dumpRows(opened.database, OTHER);
        const result = await kit.call(name, args);
        const answered = JSON.stringify({
          ...result,
          query: null,
          search_terms: null,
          message: null,
        });
        expect(answered).not.toMatch(new RegExp(MARK, "u"));
        // Compared as one, so that a failure does not print both.
        expect((await dumpRows(opened.database, OTHER)) === before).toBe(true);
      },
    );

    test("another user's rows exist in every table that this is shown for", async () => {
      const rows = await dumpRows(opened.database, OTHER);
      expect(rows.split(MARK).length).toBeGreaterThan(50);
      expect(rows).not.toContain('"rows":[]');
    });
  });
}
