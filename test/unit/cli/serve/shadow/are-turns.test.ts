import { describe, expect, test } from "vitest";

import { areTurns } from "#cli/serve/shadow/are-turns.ts";
import { toTurn, turnSchema } from "#contract-suite/cases/written-case.ts";
import type { Transcript, TranscriptClose } from "#delivery/compare/index.ts";

/** `>` is said by the client, `<` by the server. */
const talk = (lines: readonly string[], close?: TranscriptClose): Transcript => ({
  frames: lines.map((line) => ({
    from: line.startsWith(">") ? "client" : "server",
    data: line.slice(1),
  })),
  close,
});

const turnsOf = (given: readonly unknown[]) => given.map((turn) => toTurn(turnSchema.parse(turn)));
const isLike = (given: readonly unknown[], native: Transcript): boolean =>
  areTurns(turnsOf(given), native, new Set(["ping"]));

const HELLO = { expect: { type: "hello", at: { $match: "naive-timestamp" } } };
const ASK = { send: { json: { type: "chat", message: "hi" } } };
const REFUSED = { end: { code: 4001, reason: "whatever it says" } };
const by = (code: number, who: TranscriptClose["by"] = "server"): TranscriptClose => ({
  code,
  by: who,
});

const hello = '<{"type":"hello","at":"2026-11-22T20:55:26.000001"}';
const ask = '>{"message":"hi","type":"chat"}';

test("a close by the server is one of its code", () => {
  expect(isLike([REFUSED], talk([], by(4001)))).toBe(true);
  expect(isLike([REFUSED], talk([], by(1011)))).toBe(false);
  expect(isLike([REFUSED], talk([], by(4001, "client")))).toBe(false);
  expect(isLike([REFUSED], talk([hello], by(4001)))).toBe(false);
});

describe("a conversation", () => {
  const turns = [HELLO, ASK, { expect: { type: "answer" } }, { leave: {} }];

  test("is as the turns say where its frames are, in their order and to the end", () => {
    const whole = [hello, ask, '<{"type":"answer"}'];
    expect(isLike(turns, talk(whole, by(1000, "client")))).toBe(true);
    expect(isLike(turns, talk(whole))).toBe(true);
    expect(isLike(turns, talk(whole, by(1011)))).toBe(false);
    expect(isLike(turns, talk(whole.slice(0, 2)))).toBe(false);
    expect(isLike(turns, talk([...whole, ask]))).toBe(false);
    expect(isLike(turns, talk([hello, '<{"type":"answer"}', ask]))).toBe(false);
    expect(isLike(turns, talk([hello, ask, '<{"type":"answer","more":1}']))).toBe(false);
    expect(isLike(turns, talk([hello, '>{"type":"chat","message":"other"}', whole[2] ?? ""]))).toBe(
      false,
    );
  });

  test("is not one in which another request is made", () => {
    const request = { request: { method: "GET", target: "/" }, expect: { status: 200 } };
    expect(isLike([HELLO, request], talk([hello]))).toBe(false);
  });
});

test("pushes belong to no turn, unless one is about them", () => {
  const ping = '<{"type":"ping"}';
  expect(isLike([HELLO, ASK], talk([ping, hello, ping, ask, ping]))).toBe(true);
  expect(isLike([HELLO, { expect: { type: "ping" } }], talk([hello, ping]))).toBe(true);
  expect(isLike([HELLO, { expect: { type: "ping" } }], talk([hello]))).toBe(false);
});

test("frames are as many as the turn says", () => {
  const many = [{ expect: { type: "a" }, quantity: "many" }];
  const optional = [{ expect: { type: "a" }, quantity: "optional" }];
  const a = '<{"type":"a"}';
  expect([isLike(many, talk([])), isLike(many, talk([a])), isLike(many, talk([a, a]))]).toEqual([
    false,
    true,
    true,
  ]);
  expect([isLike(optional, talk([])), isLike(optional, talk([a, a]))]).toEqual([true, false]);
});

const bytes = (data: Buffer): Transcript => ({
  frames: [{ from: "client", data }],
  close: undefined,
});

test("bytes that the client sends are the same bytes", () => {
  const turns = [{ send: { base64: "AAE=" } }];
  expect(isLike(turns, bytes(Buffer.from([0, 1])))).toBe(true);
  expect(isLike(turns, bytes(Buffer.from([0, 2])))).toBe(false);
});
