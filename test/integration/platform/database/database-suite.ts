import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { OpenDatabase } from "#platform/database/index.ts";

const USER = "aaaaaaaa-0000-4000-8000-000000000001";
const OTHER = "aaaaaaaa-0000-4000-8000-000000000002";

/** What both databases promise alike. `open` gives one with the tables made. */
export function describeDatabase(title: string, open: () => Promise<OpenDatabase>): void {
  describe(`${title} keeps the promises of both`, () => {
    let opened: OpenDatabase;
    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterAll(async () => opened.close());

    test("money, counts and generated ids come back as numbers", async () => {
      const row = await opened.database
        .insertInto("expenses")
        .values({ user_id: USER, amount: 12.34, category: "gas", date: "2026-03-01" })
        .returningAll()
        .executeTakeFirstOrThrow();
      const { count } = await opened.database
        .selectFrom("expenses")
        .select((eb) => eb.fn.countAll().as("count"))
        .executeTakeFirstOrThrow();
      expect(row.amount).toBe(12.34);
      expect(row.id).toBeTypeOf("number");
      expect(count).toBeTypeOf("number");
    });

    test("a day stays the day that was written, whatever the machine's time zone", async () => {
      const { date } = await opened.database
        .insertInto("expenses")
        .values({ user_id: USER, amount: 1, category: "gas", date: "2026-12-31" })
        .returning("date")
        .executeTakeFirstOrThrow();
      expect(date).toBe("2026-12-31");
    });

    test("a moment comes back as ISO 8601 with its offset and all its digits", async () => {
      const { rows } = await sql<{ moment: string }>`
        select '2026-01-02 03:04:05.678901+00'::timestamptz as moment`.execute(opened.database);
      expect(rows[0]?.moment).toMatch(/^2026-01-0\dT\d\d:\d\d:05\.678901[+-]\d\d:\d\d$/u);
      expect(Date.parse(rows[0]?.moment ?? "")).toBe(Date.parse("2026-01-02T03:04:05.678Z"));
    });

    test("lists and objects come back as they went in", async () => {
      const row = await opened.database
        .insertInto("vehicles")
        .values({
          user_id: USER,
          name: "Van",
          image_urls: ["a, b", 'c"d'],
          specifications: { axles: 2, notes: null, tanks: [1, 2] },
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      expect(row.image_urls).toEqual(["a, b", 'c"d']);
      expect(row.specifications).toEqual({ axles: 2, notes: null, tanks: [1, 2] });
    });

    test("an update of nobody's row says that it changed none", async () => {
      const result = await opened.database
        .updateTable("vehicles")
        .set({ name: "Mine now" })
        .where("user_id", "=", OTHER)
        .executeTakeFirst();
      expect(result.numUpdatedRows).toBe(0n);
    });

    test("a transaction that fails leaves nothing behind", async () => {
      const failing = opened.database.transaction().execute(async (transaction) => {
        await transaction
          .insertInto("posts")
          .values({ author_id: OTHER, content: "half" })
          .execute();
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow("no");
      const rows = await opened.database
        .selectFrom("posts")
        .selectAll()
        .where("author_id", "=", OTHER)
        .execute();
      expect(rows).toEqual([]);
    });

    test("queries beside an open transaction stay outside of it", async () => {
      const finished = Promise.withResolvers<void>();
      const inside = opened.database.transaction().execute(async (transaction) => {
        await transaction.insertInto("posts").values({ author_id: USER, content: "in" }).execute();
        await finished.promise;
        throw new Error("rolled back");
      });
      const outside = opened.database
        .insertInto("posts")
        .values({ author_id: USER, content: "out" })
        .execute();
      finished.resolve();
      await expect(inside).rejects.toThrow("rolled back");
      await outside;
      const rows = await opened.database
        .selectFrom("posts")
        .select("content")
        .where("author_id", "=", USER)
        .execute();
      expect(rows).toEqual([{ content: "out" }]);
    });

    test("text from outside is data, never SQL", async () => {
      const hostile = "'; drop table posts; --";
      await opened.database
        .insertInto("posts")
        .values({ author_id: OTHER, content: hostile })
        .execute();
      const row = await opened.database
        .selectFrom("posts")
        .select("content")
        .where("content", "=", hostile)
        .executeTakeFirst();
      expect(row?.content).toBe(hostile);
    });

    test("a database that was never used closes, too", async () => {
      const unused = await open();
      await expect(unused.close()).resolves.toBeUndefined();
    }, 30_000);

    test("closing twice is closing once, and nothing can be asked from then on", async () => {
      const again = await open();
      await again.database.selectFrom("posts").select("id").execute();
      await again.close();
      await expect(again.close()).resolves.toBeUndefined();
      await expect(again.database.selectFrom("posts").select("id").execute()).rejects.toThrow(
        /destroyed|ended/u,
      );
    }, 30_000);
  });
}
