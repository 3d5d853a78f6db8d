import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { readDepartures } from "#contract-suite/deviations/departure.ts";
import { packageRoot } from "#platform/package-root.ts";
import { loadTestSuite } from "#support/contract-suite.ts";
import { gatherDepartures } from "#support/departures.ts";

const kept: unknown = JSON.parse(
  readFileSync(join(packageRoot(), "contracts/departures.json"), "utf8"),
);
const departuresOf = readDepartures(kept);

test("the table of departures is what recordings and deviations say", () => {
  expect(kept).toEqual(gatherDepartures());
});

test("every deviation that shows an answer departs somewhere", () => {
  const idle = loadTestSuite()
    .deviations.filter(({ shows }) => shows.some(({ turns }) => turns === undefined))
    .filter(({ id }) => departuresOf(id).length === 0);
  expect(idle.map(({ id }) => id)).toEqual([]);
});

test("an entry that shows whole answers of the chat departs in one field of them", () => {
  const places = departuresOf("chat-answers-again").map(({ body }) => Object.keys(body));
  expect(new Set(places.flat())).toEqual(new Set(["/context_updates/cached_response"]));
});

test("what the legacy sends with answers that it means to give is left as it is", () => {
  const { headers } = departuresOf("hardened-failures")[0] ?? {};
  expect(headers?.["x-frame-options"]).toMatchObject({ legacy: "nothing", native: "DENY" });
});
