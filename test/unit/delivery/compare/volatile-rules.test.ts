import { join } from "node:path";

import { expect, test } from "vitest";

import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import { toBodyBytes } from "#contracts/recordings/recording.ts";
import { loadVolatileFields } from "#contracts/volatile-fields.ts";
import { compareAnswers, createVolatileRules } from "#delivery/compare/index.ts";
import { packageRoot } from "#platform/package-root.ts";

const contracts = join(packageRoot(), "contracts");
const { http } = loadRecordings(join(contracts, "recordings"));
const rules = createVolatileRules(loadVolatileFields(contracts)["chat.send"]);

const answer = (text: string) => ({ status: 200, headers: [], body: Buffer.from(text) });

test("a recorded answer with other ids and times is the same answer, and with other words is not", () => {
  const recorded = http.find(({ id }) => id === "chat/happy");
  if (recorded === undefined) throw new Error("No recording of a chat");
  const body = toBodyBytes(recorded.response.body).toString();
  const again = body
    .replace(
      /"conversation_id":"[^"]+"/,
      '"conversation_id":"0b5c4b5e-1e0c-4a5e-9f43-1f0f8f5b3a10"',
    )
    .replace(/"timestamp":"[^"]+"/, '"timestamp":"2030-01-01T00:00:00"');
  expect(again).not.toBe(body);
  expect(compareAnswers(answer(body), answer(again)).differences).not.toEqual([]);
  expect(compareAnswers(answer(body), answer(again), rules).differences).toEqual([]);
  const other = body.replace(/"response":"/, '"response":"No. ');
  expect(compareAnswers(answer(body), answer(other), rules).differences).toMatchObject([
    { field: "/body/response" },
  ]);
});
