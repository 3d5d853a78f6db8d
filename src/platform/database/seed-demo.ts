import type { Clock } from "#platform/clock.ts";
import type { Database } from "#platform/database/database.ts";
import { seedSavings } from "#platform/database/seed-savings.ts";

/** The user whose tokens the embedded stand-in accepts. */
export const DEMO_USER_ID = "11111111-1111-4111-8111-111111111111";
const NEIGHBOUR_ID = "22222222-2222-4222-8222-222222222222";
/** Has savings and nothing else, so that sums over them stay what they are. */
const SAVER_ID = "55555555-5555-4555-8555-555555555555";
const DAY_MS = 86_400_000;

/** An account that every group of tools finds something in. All names are made up and say so where they could mislead. */
export async function seedDemo(database: Database, clock: Clock): Promise<void> {
  const isSeeded = await database
    .selectFrom("profiles")
    .select("id")
    .where("id", "=", DEMO_USER_ID)
    .executeTakeFirst();
  if (isSeeded !== undefined) return;
  await database.transaction().execute(async (transaction) => {
    await seedAccount(transaction);
    await seedMoney(transaction, clock.now());
    await seedSavings(transaction, DEMO_USER_ID, clock.now());
    await seedSavings(transaction, SAVER_ID, clock.now());
    await seedTravel(transaction, clock.now());
    await seedCatalogue(transaction);
  });
}

function dayFrom(nowMs: number, days: number): string {
  return new Date(nowMs + days * DAY_MS).toISOString().slice(0, 10);
}

async function seedAccount(database: Database): Promise<void> {
  const user_id = DEMO_USER_ID;
  await database
    .insertInto("profiles")
    .values([
      { id: user_id, full_name: "Demo Traveller", nickname: "demo", region: "Queensland" },
      { id: NEIGHBOUR_ID, full_name: "Demo Neighbour", nickname: "neighbour" },
    ])
    .execute();
  await database
    .insertInto("user_settings")
    .values({ user_id, display_preferences: { theme: "auto" }, regional_preferences: {} })
    .execute();
  await database
    .insertInto("user_follows")
    .values({ follower_id: user_id, following_id: NEIGHBOUR_ID })
    .execute();
  await database
    .insertInto("posts")
    .values({ author_id: NEIGHBOUR_ID, content: "Welcome to the demo community. #hello" })
    .execute();
  await database
    .insertInto("medical_medications")
    .values({ user_id, name: "Demo antihistamine", dosage: "10 mg a day", active: true })
    .execute();
  await database
    .insertInto("medical_emergency_info")
    .values({
      user_id,
      emergency_contact_name: "Demo Neighbour",
      emergency_contact_phone: "555-0100",
    })
    .execute();
}

async function seedMoney(database: Database, nowMs: number): Promise<void> {
  const user_id = DEMO_USER_ID;
  const today = dayFrom(nowMs, 0);
  await database
    .insertInto("expenses")
    .values([
      { user_id, amount: 82.4, category: "gas", description: "Fuel", date: today },
      { user_id, amount: 45, category: "campground", description: "One night", date: today },
      { user_id, amount: 61.25, category: "food", description: "Groceries", date: today },
    ])
    .execute();
  const period = { start_date: `${today.slice(0, 7)}-01`, end_date: today };
  await database
    .insertInto("budgets")
    .values([
      { user_id, category: "gas", monthly_limit: 400, budgeted_amount: 400, ...period },
      { user_id, category: "food", monthly_limit: 600, budgeted_amount: 600, ...period },
    ])
    .execute();
}

async function seedTravel(database: Database, nowMs: number): Promise<void> {
  const user_id = DEMO_USER_ID;
  await database
    .insertInto("vehicles")
    .values({
      user_id,
      name: "Demo Motorhome",
      vehicle_type: "motorhome",
      fuel_type: "diesel",
      fuel_consumption_mpg: 14,
      is_primary: true,
    })
    .execute();
  await database
    .insertInto("calendar_events")
    .values({
      user_id,
      title: "Oil change",
      event_type: "maintenance",
      start_date: `${dayFrom(nowMs, 7)}T09:00:00Z`,
      end_date: `${dayFrom(nowMs, 7)}T10:00:00Z`,
    })
    .execute();
  await database
    .insertInto("campgrounds")
    .values({
      name: "Demo Creek Campground",
      address: "1 Demo Road, Moab, Utah",
      location: "POINT(-109.55 38.57)",
      amenities: ["water", "wifi"],
      price_per_night: 35,
      is_rv_friendly: true,
    })
    .execute();
}

async function seedCatalogue(database: Database): Promise<void> {
  await database
    .insertInto("affiliate_products")
    .values({
      title: "Demo tyre deflator",
      short_description: "A sample entry of the catalogue",
      category: "tools_maintenance",
      affiliate_provider: "custom",
      affiliate_url: "https://example.com/demo-tyre-deflator",
      price: 39.95,
      currency: "AUD",
      tags: ["tyre", "tire", "recovery"],
      is_active: true,
    })
    .execute();
  await database
    .insertInto("pam_admin_knowledge")
    .values({
      admin_user_id: NEIGHBOUR_ID,
      title: "Demo: creek crossings",
      content: "A sample entry: check the depth of a creek before you cross it.",
      knowledge_type: "general_knowledge",
      category: "travel",
      priority: 5,
      tags: ["demo"],
      is_active: true,
    })
    .execute();
}
