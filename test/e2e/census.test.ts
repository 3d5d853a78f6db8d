import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { runBanyan } from "#support/run-banyan.ts";
import { type SpawnedBanyan, spawnBanyan } from "#support/spawn-banyan.ts";

let banyan: SpawnedBanyan;

beforeAll(async () => {
  banyan = await spawnBanyan();
});
afterAll(async () => banyan[Symbol.asyncDispose]());

const census = async (...given: readonly string[]) =>
  runBanyan(["census", "--admin", banyan.adminUrl.origin, ...given]);

async function call(path: string): Promise<void> {
  const headers = { "user-agent": "curl/8.1.2" };
  await (await fetch(new URL(path, banyan.publicUrl), { headers })).arrayBuffer();
}

describe("banyan census", () => {
  test("says who uses legacy, what no route names, and what is open, and ends with 1", async () => {
    await call("/api/v1/pam/health");
    await call("/api/v1/pam/forgotten/17");
    const { status, printed } = await census();
    expect(status).toBe(1);
    expect(printed).toMatch(/chat\.health +1 +0 +\d{4}-\d\d-\d\d \d\d:\d\dZ +1 +curl/u);
    expect(printed).toMatch(/GET \/api\/v1\/pam\/forgotten\/\{id\} +1 /u);
    expect(printed).toContain("The legacy side of no route is deletable.");
  });

  test("gives the checklist of every route as JSON, by the days that were asked for", async () => {
    const { printed } = await census("--json", "--days", "7");
    expect(JSON.parse(printed)).toMatchObject({
      verdicts: expect.arrayContaining([
        {
          routeId: "chat.health",
          isDeletable: false,
          checklist: expect.arrayContaining([
            expect.objectContaining({
              name: "quiet",
              isDone: false,
              sentence: expect.stringContaining("of 7 days"),
            }),
          ]),
        },
      ]),
    });
  });

  test("ends with 2 where no admin listener answers", async () => {
    const { status, said } = await runBanyan(["census", "--admin", banyan.publicUrl.origin]);
    expect(status).toBe(2);
    expect(said).toMatch(/GET \/api\/census of http:\/\/127\.0\.0\.1:\d+ answered 404/u);
  });
});
