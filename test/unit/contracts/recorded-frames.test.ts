import { join } from "node:path";

import { describe, expect, test } from "vitest";

import type { FrameContract, SocketContract } from "#contracts/contract.ts";
import { SOCKET_CONTRACTS } from "#contracts/index.ts";
import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import type { WsEvent } from "#contracts/recordings/recording.ts";
import { keyOrderFaults } from "#contracts/schema/key-order.ts";
import { readPythonJson } from "#contracts/validation/python-json.ts";
import { toPlainValue } from "#contracts/validation/python-value.ts";
import { packageRoot } from "#platform/package-root.ts";
import { createRouteMatcher } from "#routing/match-route.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

const { ws } = loadRecordings(join(packageRoot(), "contracts/recordings"));
const matchRoute = createRouteMatcher(ROUTE_TABLE);
const contracts = new Map(SOCKET_CONTRACTS.map((contract) => [contract.id, contract]));

/** A handshake that names no socket is refused as one of the socket's own wrong paths is. */
const contractOf = (target: string): SocketContract | undefined =>
  contracts.get(matchRoute("WS", target)?.route.id ?? "ws.socket");

const cases = ws.flatMap(({ id, open, events }) => {
  const contract = contractOf(open.target);
  return contract === undefined ? [] : [{ id, contract, events }];
});

/** As the legacy reads it: NaN is a number. `undefined` is what is no JSON. */
function parseJson(text: string): unknown {
  const reading = readPythonJson(text);
  return reading.kind === "value" ? toPlainValue(reading.value) : undefined;
}

const fittingFrames = (
  frames: readonly FrameContract[],
  value: unknown,
): readonly FrameContract[] =>
  frames.filter(({ schema, status }) => status === "live" && schema.safeParse(value).success);

const received = (events: readonly WsEvent[]): readonly string[] =>
  events.flatMap((event) => (event.kind === "receive" ? [event.text] : []));

const sent = (events: readonly WsEvent[]): readonly unknown[] =>
  events.flatMap((event) => {
    if (event.kind !== "send") return [];
    const { data } = event;
    if (data.kind === "text") return [parseJson(data.text)];
    return data.kind === "run"
      ? [parseJson(data.head + data.unit.repeat(data.count) + data.tail)]
      : [undefined];
  });

test("every recorded conversation is of a socket that has a contract", () => {
  expect(cases).toHaveLength(ws.length);
});

/** What is wrong with one text of the server; nothing where exactly one live frame fits. */
function outboundFaults(contract: SocketContract, text: string): readonly string[] {
  const value = parseJson(text);
  const [frame, ...more] = fittingFrames(contract.outbound, value);
  if (frame === undefined || more.length > 0) return [`${1 + more.length} frames fit ${text}`];
  return keyOrderFaults(frame.schema, value).map((path) => `${path} of ${text}: keys out of order`);
}

describe("every recorded frame of the server fits exactly one live frame, in its order of keys", () => {
  test.each(cases)("$id", ({ contract, events }) => {
    expect(received(events).flatMap((text) => outboundFaults(contract, text))).toEqual([]);
  });
});

describe("every recorded frame of a client fits exactly one live frame", () => {
  test.each(cases)("$id", ({ contract, events }) => {
    const fitting = sent(events).map((value) => fittingFrames(contract.inbound, value).length);
    expect(fitting).toEqual(fitting.map(() => 1));
  });
});

describe("every recorded end of a socket is in its contract, once", () => {
  const closes = cases.flatMap(({ id, contract, events }) =>
    events.flatMap((event) =>
      event.kind === "close" && event.by === "server" ? [{ id, contract, ...event }] : [],
    ),
  );

  test.each(closes)("$id: $code $reason", ({ contract, code, reason }) => {
    const fitting = contract.closes.filter(
      (close) => close.code === code && close.reason.safeParse(reason).success,
    );
    expect(fitting.map(({ status }) => status)).toEqual(["live"]);
  });

  const refusals = cases.flatMap(({ id, contract, events }) =>
    events.flatMap((event) => (event.kind === "rejected" ? [{ id, contract, ...event }] : [])),
  );

  test.each(refusals)("$id: HTTP $status", ({ contract, status, body }) => {
    const fitting = contract.refusals.filter(
      (refusal) => refusal.status === status && refusal.body.safeParse(body).success,
    );
    expect(fitting).toHaveLength(1);
  });
});
