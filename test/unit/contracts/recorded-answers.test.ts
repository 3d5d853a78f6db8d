import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { answerFaults, type GivenAnswer } from "#contracts/answer-faults.ts";
import { ROUTE_CONTRACTS } from "#contracts/index.ts";
import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import { type HttpRecording, toBodyBytes } from "#contracts/recordings/recording.ts";
import { packageRoot } from "#platform/package-root.ts";
import { createRouteMatcher } from "#routing/match-route.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

const { http } = loadRecordings(join(packageRoot(), "contracts/recordings"));
const matchRoute = createRouteMatcher(ROUTE_TABLE);
const contracts = new Map(ROUTE_CONTRACTS.map((contract) => [contract.id, contract]));

function valueOf(headers: readonly string[], name: string): string | undefined {
  const at = headers.findIndex((item, index) => index % 2 === 0 && item.toLowerCase() === name);
  return at === -1 ? undefined : headers[at + 1];
}

/** A number or a time in a recorded header is written as its kind; any of that kind does here. */
const withoutPlaceholders = (value: string | undefined): string | undefined =>
  value
    ?.replaceAll("{{epoch-seconds}}", "1795382933")
    .replaceAll("{{seconds}}", "1")
    .replaceAll("{{compact-date-time}}", "20261122_212820");

/** The CORS filter answers a preflight, whatever the route. */
const isPreflight = ({ request }: HttpRecording): boolean =>
  request.method === "OPTIONS" &&
  valueOf(request.headers, "access-control-request-method") !== undefined;

const cases = http.flatMap((recording) => {
  const { method, target } = recording.request;
  const contract = contracts.get(matchRoute(method, target)?.route.id ?? "");
  return contract === undefined || isPreflight(recording)
    ? []
    : [{ id: recording.id, recording, contract }];
});

const toGiven = ({ response }: HttpRecording): GivenAnswer => ({
  status: response.status,
  header: (name) => withoutPlaceholders(valueOf(response.headers, name)),
  body: toBodyBytes(response.body),
});

test("most recordings are of a route that has a contract", () => {
  expect(cases.length).toBeGreaterThan(900);
});

describe("every recorded answer holds the contract of its route", () => {
  test.each(cases)("$id", ({ recording, contract }) => {
    expect(answerFaults(contract, toGiven(recording))).toEqual([]);
  });
});
