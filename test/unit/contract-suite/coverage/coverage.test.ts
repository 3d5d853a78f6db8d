import { expect, test } from "vitest";
import { z } from "zod";

import { measureCoverage } from "#contract-suite/coverage/coverage.ts";
import { defineRouteContract, type SocketContract } from "#contracts/contract.ts";
import { ROUTE_CONTRACTS, SOCKET_CONTRACTS } from "#contracts/index.ts";
import { json } from "#contracts/schema/answers.ts";
import { loadTestSuite } from "#support/contract-suite.ts";

const suite = loadTestSuite();
const whole = {
  routes: ROUTE_CONTRACTS,
  sockets: SOCKET_CONTRACTS,
  cases: suite.cases,
  deviations: suite.deviations,
  reasons: suite.reasons,
};

test("every status, frame, close and refusal of the contracts has a case or a written reason", () => {
  expect(measureCoverage(whole).missing).toEqual([]);
});

test("no reason stands for what has a case, or for what nobody knows", () => {
  expect(measureCoverage(whole).idleReasons).toEqual([]);
});

test("a status that a contract gains is missing until it has a case", () => {
  const teapot = defineRouteContract({
    id: "chat.health",
    method: "GET",
    path: "/api/v1/pam/health",
    summary: "Ask whether the assistant works",
    auth: "none",
    request: {},
    answers: { 200: [json(z.unknown(), "Always")], 418: [json(z.unknown(), "It is a teapot")] },
  });
  expect(measureCoverage({ ...whole, routes: [teapot] }).missing).toEqual([
    "chat.health answers 418",
  ]);
});

const frame = (name: string, status: "live" | "dormant") => ({
  name,
  status,
  schema: z.strictObject({ type: z.literal(name) }),
  when: "Now and then",
});

test("frames and closes are missing one by one, dormant ones never", () => {
  const socket: SocketContract = {
    id: "ws.socket",
    path: "/api/v1/pam/ws/{user_id}",
    summary: "A socket",
    auth: "none",
    request: {},
    refusals: [],
    inbound: [frame("hello", "live")],
    outbound: [frame("pong", "live"), frame("news", "live"), frame("old", "dormant")],
    closes: [{ code: 4999, reason: z.literal("late"), status: "live", when: "It is late" }],
  };
  expect(measureCoverage({ ...whole, routes: [], sockets: [socket] }).missing).toEqual([
    "ws.socket takes hello",
    "ws.socket sends news",
    "ws.socket closes 4999: It is late",
  ]);
});

test("a case that is never run covers nothing", () => {
  const cases = suite.cases.map((given) => ({ ...given, skip: "Never" }));
  const { covered } = measureCoverage({ ...whole, cases });
  expect(covered).toBe(Object.keys(suite.reasons).length);
});
