import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import {
  createRecordingDatabase,
  type Database,
  type OpenDatabase,
} from "#platform/database/index.ts";
import { openEmbedded } from "#platform/database/open-embedded.ts";

const ME = "11111111-1111-4111-8111-111111111111";

let opened: OpenDatabase;
let recording: Database;
let written: string[];

beforeAll(async () => {
  opened = await openEmbedded();
  await opened.database
    .insertInto("expenses")
    .values({ user_id: ME, amount: 12.5, category: "gas", date: "2026-03-15" })
    .execute();
}, 60_000);
afterAll(async () => opened.close());
beforeEach(async () => {
  written = [];
  const open = createRecordingDatabase(
    async () => opened.database,
    (statement) => written.push(statement),
  );
  recording = await open();
});

const count = async (): Promise<number> =>
  (await opened.database.selectFrom("expenses").select("id").execute()).length;

test("reads what is there", async () => {
  const rows = await recording
    .selectFrom("expenses")
    .select("amount")
    .where("user_id", "=", ME)
    .execute();
  expect(rows).toEqual([{ amount: 12.5 }]);
  expect(written).toEqual([]);
});

test("writes nothing, and says what would have been written, without its values", async () => {
  await recording
    .insertInto("expenses")
    .values({ user_id: ME, amount: 99, category: "secret", date: "2026-03-15" })
    .execute();
  await recording.updateTable("expenses").set({ amount: 1 }).where("user_id", "=", ME).execute();
  await recording.deleteFrom("expenses").where("user_id", "=", ME).execute();
  expect(written).toEqual([
    'insert into "expenses"',
    expect.stringMatching(/^update "expenses" set/u),
    expect.stringMatching(/^delete from "expenses"/u),
  ]);
  expect(written.join()).not.toContain("secret");
  expect(await count()).toBe(1);
});

test("writes nothing in a transaction either", async () => {
  await recording.transaction().execute(async (transaction) => {
    await transaction.deleteFrom("expenses").execute();
  });
  expect(written).toHaveLength(1);
  expect(await count()).toBe(1);
});

test("a statement that writes by itself is stopped by the server and told", async () => {
  await sql`delete from expenses`.execute(recording);
  await sql`with gone as (delete from expenses returning id) select * from gone`.execute(recording);
  expect(written).toHaveLength(2);
  expect(await count()).toBe(1);
});

test("a statement that is wrong fails as it would", async () => {
  await expect(sql`select * from nowhere`.execute(recording)).rejects.toThrow(/nowhere/u);
});
