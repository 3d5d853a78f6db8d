import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import type { OpenDatabase } from "#platform/database/index.ts";
import { openEmbedded } from "#platform/database/open-embedded.ts";
import { createManualClock } from "#support/manual-clock.ts";

import { startFakeServices, type FakeServices } from "./fake-services.ts";
import { createToolKit, failure, ME, NOW, OTHER, type ToolKit } from "./tool-kit.ts";

const clock = createManualClock(NOW);
const titled = z.array(z.looseObject({ title: z.string() }));
const titlesOf = (list: unknown): string[] => titled.parse(list).map(({ title }) => title);

let opened: OpenDatabase;
let services: FakeServices;
let kit: ToolKit;
let bare: ToolKit;

beforeAll(async () => {
  opened = await openEmbedded();
  services = await startFakeServices();
  const { database } = opened;
  kit = createToolKit({ clock, database, ...services.create(clock) });
  bare = createToolKit({ clock, database });
  await database
    .insertInto("profiles")
    .values([{ id: ME, role: "admin" }, { id: OTHER }])
    .execute();
});
afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await opened.close();
});

beforeEach(async () => {
  const tables = [
    "pam_admin_knowledge",
    "pam_knowledge_usage_log",
    "medical_records",
    "medical_medications",
    "medical_emergency_info",
    "affiliate_products",
    "campgrounds",
  ] as const;
  for (const table of tables) {
    // oxlint-disable-next-line no-await-in-loop -- one connection
    await opened.database.deleteFrom(table).execute();
  }
});

async function teach(
  title: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const base = { title, content: "Known", knowledge_type: "warning", category: "travel" };
  return (await kit.succeed("add_knowledge", { ...base, ...fields }))["knowledge_id"];
}

const find = async (args: Readonly<Record<string, unknown>>) =>
  titlesOf((await kit.succeed("search_knowledge", args))["knowledge"]);

describe("knowledge", () => {
  test("is added by administrators only", async () => {
    const args = { title: "x", content: "y", knowledge_type: "policy", category: "travel" };
    expect(await kit.call("add_knowledge", args, { userId: OTHER })).toEqual(
      failure("NOT_ALLOWED", "Only administrators may add knowledge"),
    );
    expect(await kit.succeed("add_knowledge", { ...args, tags: ["WET"] })).toMatchObject({
      data: {
        title: "x",
        type: "policy",
        category: "travel",
        priority: 5,
        tags: ["wet"],
        location: null,
      },
    });
  });

  test("is found by words, category, kind, place, tags and importance, the most important first", async () => {
    await teach("Gibb River Road", { location_context: "Kimberley", priority: 9, tags: ["road"] });
    await teach("Free camps", {
      knowledge_type: "location_tip",
      content: "Near the river",
      priority: 2,
    });
    await teach("Budget rule", { category: "budget" });
    expect(await find({ query: "what is the river like?" })).toEqual([
      "Gibb River Road",
      "Free camps",
    ]);
    expect(await find({ category: "budget" })).toEqual(["Budget rule"]);
    expect(await find({ knowledge_type: "location_tip" })).toEqual(["Free camps"]);
    expect(await find({ location_context: "kimberley" })).toEqual(["Gibb River Road"]);
    expect(await find({ tags: ["ROAD", "other"] })).toEqual(["Gibb River Road"]);
    expect(await find({ min_priority: 5 })).toEqual(["Gibb River Road", "Budget rule"]);
    expect(await find({ limit: 1 })).toEqual(["Gibb River Road"]);
    expect(await find({ query: "of the" })).toEqual([]);
    expect(await find({ query: "100%" })).toEqual([]);
  });

  test("that is used is counted and logged for its user", async () => {
    const id = await teach("Gibb River Road");
    await kit.succeed("search_knowledge", { query: "gibb" }, { userId: OTHER });
    await kit.succeed("search_knowledge", { query: "gibb" }, { userId: OTHER });
    await kit.succeed("search_knowledge", { query: "nothing" }, { userId: OTHER });
    const log = await opened.database.selectFrom("pam_knowledge_usage_log").selectAll().execute();
    const row = await opened.database
      .selectFrom("pam_admin_knowledge")
      .selectAll()
      .executeTakeFirstOrThrow();
    expect(log).toMatchObject([
      { knowledge_id: id, user_id: OTHER },
      { knowledge_id: id, user_id: OTHER },
    ]);
    expect(row).toMatchObject({ usage_count: 2, last_used_at: "2026-03-15T12:00:00+00:00" });
  });

  test("that is switched off is not known", async () => {
    await teach("Old");
    await opened.database.updateTable("pam_admin_knowledge").set({ is_active: false }).execute();
    expect(await kit.succeed("search_knowledge", { query: "old" })).toMatchObject({
      count: 0,
      message: "Nothing is known on that",
    });
  });
});

test("a region's weather comes with what is known of it", async () => {
  await teach("Crocodiles", { location_context: "Queensland" });
  const args = { region: "Queensland", month: "May" };
  const result = await kit.succeed("seasonal_weather_check", args);
  expect(titlesOf(result["knowledge_context"])).toEqual(["Crocodiles"]);
});

describe("seasonal stays", () => {
  beforeEach(async () => {
    await opened.database
      .insertInto("campgrounds")
      .values([
        {
          name: "Beach Park",
          address: "Cairns, Queensland",
          price_per_night: 40,
          amenities: ["Pool"],
        },
        { name: "Dear Park", address: "Noosa, Queensland", price_per_night: 80 },
        { name: "Free Park", address: "Mackay, Queensland" },
        { name: "Elsewhere", address: "Perth", price_per_night: 1 },
      ])
      .execute();
    await teach("Queensland stingers");
  });

  test("are outlined from parks, knowledge and climate of the region", async () => {
    const args = {
      origin: "Dubbo",
      destination_region: "Queensland",
      travel_month: "Jul",
      duration_weeks: 2,
    };
    expect(await kit.succeed("suggest_seasonal_route", { ...args, budget: 1_000 })).toMatchObject({
      travel_month: "july",
      corridor: "Dubbo to Queensland",
      weather_notes: "Expect a wet month: unsealed roads may close",
      knowledge_entries: 1,
      knowledge_summaries: [{ title: "Queensland stingers" }],
      suggested_stops: [{ name: "Beach Park" }, { name: "Dear Park" }, { name: "Free Park" }],
      seasonal_events: [],
      estimated_total_cost: 840,
      budget: 1_000,
    });
  });

  test("say what is not known", async () => {
    const args = { origin: "Dubbo", destination_region: "Tasmania" };
    expect(await bare.succeed("suggest_seasonal_route", args)).toMatchObject({
      travel_month: null,
      duration_weeks: 12,
      weather_notes: null,
      suggested_stops: [],
      estimated_total_cost: null,
      message: "Nothing is on file of what nights in Tasmania cost",
    });
    await using faulty = await startFakeServices();
    faulty.answer("/v1/archive", () => ({ status: 500, body: {} }));
    const one = createToolKit({ clock, database: opened.database, ...faulty.create(clock) });
    const known = { ...args, destination_region: "Moab", travel_month: "May" };
    expect(await one.succeed("suggest_seasonal_route", known)).toMatchObject({
      weather_notes: null,
    });
    const unknown = { ...args, travel_month: "May" };
    expect(await kit.succeed("suggest_seasonal_route", unknown)).toMatchObject({
      weather_notes: null,
    });
  });

  test("in parks come with a monthly rate that is called an estimate", async () => {
    const { parks, pricing_note, knowledge_tips } = await kit.succeed("find_longstay_parks", {
      region: "Queensland",
    });
    expect(parks).toMatchObject([
      { name: "Beach Park", estimated_monthly_rate: 840 },
      { name: "Dear Park", estimated_monthly_rate: 1_680 },
      { name: "Free Park", estimated_monthly_rate: null },
    ]);
    expect(pricing_note).toContain("estimates");
    expect(titlesOf(knowledge_tips)).toEqual(["Queensland stingers"]);
  });

  test("in parks keep to a rate and to amenities", async () => {
    const args = { region: "Queensland", max_monthly_rate: 1_000, amenities: ["pool"] };
    expect(await kit.succeed("find_longstay_parks", args)).toMatchObject({
      min_stay_days: 30,
      parks_found: 1,
      parks: [{ name: "Beach Park" }],
    });
  });
});

describe("health", () => {
  beforeEach(async () => {
    const base = { user_id: ME, date_recorded: "2026-01-01" };
    await opened.database
      .insertInto("medical_records")
      .values([
        {
          ...base,
          title: "Knee MRI",
          type: "imaging",
          ocr_text: `${"x ".repeat(400)}left knee effusion`,
        },
        {
          ...base,
          title: "Blood",
          type: "lab_result",
          summary: "Iron is low",
          content_json: { iron: 3 },
        },
        { ...base, title: "Scan without text", type: "other" },
        { ...base, user_id: OTHER, title: "Other's knee", type: "imaging", ocr_text: "knee" },
      ])
      .execute();
  });

  test("documents are listed by kind, the user's own", async () => {
    const all = await kit.succeed("get_medical_records");
    expect(titlesOf(all["records"]).toSorted()).toEqual(["Blood", "Knee MRI", "Scan without text"]);
    const some = await kit.succeed("get_medical_records", { record_type: "imaging", limit: 5 });
    expect(some).toMatchObject({ records_found: 1, filter: { record_type: "imaging", limit: 5 } });
    expect(await kit.succeed("get_medical_records", { record_type: "vaccination" })).toMatchObject({
      message: "No health documents on file",
    });
  });

  test("documents are searched by words that say something, with the text around them", async () => {
    const result = await kit.succeed("search_medical_records", {
      query: "show me the KNEE results",
    });
    expect(result).toMatchObject({
      search_terms: ["knee"],
      results_found: 1,
      results: [{ title: "Knee MRI", has_structured_data: false }],
      unsearchable_records: [{ title: "Scan without text" }],
    });
    expect(JSON.stringify(result["results"])).toContain("left knee effusion");
    expect(await kit.succeed("search_medical_records", { query: "iron" })).toMatchObject({
      results: [{ matching_text: "Iron is low", has_structured_data: true }],
    });
  });

  test("a search of nothing says how to ask", async () => {
    expect(await kit.succeed("search_medical_records", { query: "my of" })).toMatchObject({
      results_found: 0,
      message: "Give a word of three letters or more to search by",
    });
  });

  test("medicines in use come first to mind, all where asked", async () => {
    await opened.database
      .insertInto("medical_medications")
      .values([
        { user_id: ME, name: "B", active: true },
        { user_id: ME, name: "A", active: false },
        { user_id: OTHER, name: "C", active: true },
      ])
      .execute();
    expect(await kit.succeed("get_medications")).toMatchObject({
      medications_found: 1,
      medications: [{ name: "B" }],
      refill_warnings: [],
    });
    expect(await kit.succeed("get_medications", { active_only: false })).toMatchObject({
      medications: [{ name: "A" }, { name: "B" }],
    });
  });

  test("emergency information is what is on file, from both places that have some", async () => {
    expect(await kit.succeed("get_emergency_info")).toMatchObject({
      has_emergency_info: false,
      emergency_info: null,
    });
    await opened.database
      .insertInto("medical_emergency_info")
      .values({ user_id: ME, emergency_contact_name: "Kim", emergency_contact_phone: "555-0100" })
      .execute();
    await opened.database
      .updateTable("profiles")
      .set({ medical_info: { blood_type: "0+", allergies: ["nuts"] } })
      .where("id", "=", ME)
      .execute();
    expect(await kit.succeed("get_emergency_info")).toMatchObject({
      has_emergency_info: true,
      emergency_info: {
        blood_type: "0+",
        allergies: ["nuts"],
        medical_conditions: null,
        emergency_contacts: [{ name: "Kim", phone: "555-0100" }],
      },
    });
  });
});

describe("the catalogue", () => {
  beforeEach(async () => {
    const base = {
      affiliate_provider: "custom",
      affiliate_url: "https://shop.example/1",
      is_active: true,
    };
    await opened.database
      .insertInto("affiliate_products")
      .values([
        {
          ...base,
          title: "Tyre deflator",
          category: "tools_maintenance",
          price: 40,
          currency: "AUD",
          tags: ["tyre"],
        },
        {
          ...base,
          title: "Solar panel",
          category: "electronics",
          price: 300,
          description: "200 W",
        },
        { ...base, title: "Tyre gone", category: "tools_maintenance", is_active: false },
        {
          ...base,
          title: "Compressor",
          category: "recovery_gear",
          tags: ["tyre"],
          is_featured: true,
        },
      ])
      .execute();
  });

  test.each([
    [{ query: "tyre" }, ["Compressor", "Tyre deflator"]],
    [{ query: "solar", category: "power_electronics" }, ["Solar panel"]],
    [{ query: "tyre", category: "power_electronics" }, []],
    [{ query: "tyre", min_price: 10, max_price: 50 }, ["Tyre deflator"]],
    [{ query: "tyre", limit: 1 }, ["Compressor"]],
    [{ query: "W" }, ["Solar panel"]],
  ])("searched with %j gives %j", async (args, expected) => {
    const { products, products_found, external_count } = await kit.succeed("search_products", args);
    expect(titlesOf(products)).toEqual(expected);
    expect([products_found, external_count]).toEqual([expected.length, 0]);
  });

  test("shows one product by a part of its title or by its id", async () => {
    const { product, message } = await kit.succeed("get_product_details", {
      product_title: "deflator",
    });
    expect(product).toMatchObject({ title: "Tyre deflator", price: 40, tags: ["tyre"] });
    expect(message).toBe("Tyre deflator: 40 AUD");
    const { id: product_id } = z.object({ id: z.string() }).parse(product);
    expect(await kit.succeed("get_product_details", { product_id })).toMatchObject({ product });
  });

  test.each([
    [
      {},
      failure(
        "INVALID_ARGUMENTS",
        'Invalid argument "product_id": give an id or a part of the title',
      ),
    ],
    [{ product_title: "gone" }, failure("NOT_FOUND", "The catalogue has no such product")],
  ])("has nothing to show for %j", async (args, expected) => {
    expect(await kit.call("get_product_details", args)).toEqual(expected);
  });

  test("suggests what serves a purpose within a budget", async () => {
    const { recommendations } = await kit.succeed("recommend_products", {
      use_case: "tire_maintenance",
      budget: 50,
    });
    expect(recommendations).toMatchObject([
      { title: "Tyre deflator", reason: "For tire maintenance", url: "https://shop.example/1" },
    ]);
    const any = await kit.succeed("recommend_products");
    expect(any).toMatchObject({ use_case: null, recommendations_count: 3 });
  });
});
