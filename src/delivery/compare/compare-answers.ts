import { isUtf8 } from "node:buffer";
import { hash } from "node:crypto";

import { maskHeader } from "#contracts/recordings/mask.ts";
import { type Collector, createCollector } from "#delivery/compare/collector.ts";
import { compareJson } from "#delivery/compare/compare-json.ts";
import type { Comparison } from "#delivery/compare/difference.ts";
import { rootPlace, within } from "#delivery/compare/place.ts";
import { createVolatileRules, type VolatileRules } from "#delivery/compare/volatile-rules.ts";
import {
  groupHeaders,
  isAddedOnTheWay,
  isOfTransport,
  readJson,
} from "#platform/comparison/index.ts";

/** One whole answer, its content coding undone. */
export interface Answer {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

const STATUS = rootPlace("status");
const HEADERS = rootPlace("headers");
const BODY = rootPlace("body");

/** A coding is agreed upon for one connection, and undone before anything is compared. */
const isCompared = (name: string): boolean =>
  !isOfTransport(name) && !isAddedOnTheWay(name) && name !== "content-encoding";

/** Without what an answer varies by only because it was long enough to be coded (RFC 9110 §12.5.5). */
function toVary(values: readonly string[]): readonly string[] | undefined {
  const names = values.flatMap((value) => value.split(",")).map((name) => name.trim());
  const kept = names.filter((name) => name !== "" && name.toLowerCase() !== "accept-encoding");
  return kept.length === 0 ? undefined : kept;
}

function toLine(name: string, values: readonly string[] | undefined): string | undefined {
  const kept = name === "vary" && values !== undefined ? toVary(values) : values;
  return kept?.map((value) => maskHeader(name, value)).join(", ");
}

function compareHeaders(legacy: Answer, native: Answer, collector: Collector): void {
  const [had, has] = [groupHeaders(legacy.headers), groupHeaders(native.headers)];
  for (const name of new Set([...had.keys(), ...has.keys()])) {
    const [one, other] = [had.get(name), has.get(name)];
    if (!isCompared(name) || toLine(name, one) === toLine(name, other)) continue;
    const place = within(HEADERS, name);
    const sides = { legacy: one?.join(", "), native: other?.join(", ") };
    if (one === undefined) collector.add("added", place, sides);
    else collector.add(other === undefined ? "missing" : "value", place, sides);
  }
}

function describeBody(body: Buffer): string {
  if (body.length === 0) return "nothing";
  return readJson(body.toString("utf8")) === undefined ? `${body.length} bytes, no JSON` : "JSON";
}

const describeBytes = (body: Buffer): string =>
  `${body.length} bytes, SHA-256 ${hash("sha256", body).slice(0, 16)}`;

function compareTexts(legacy: Buffer, native: Buffer, collector: Collector): void {
  if (legacy.equals(native)) return;
  if (isUtf8(legacy) && isUtf8(native)) {
    collector.add("value", BODY, {
      legacy: legacy.toString("utf8"),
      native: native.toString("utf8"),
    });
    return;
  }
  collector.addWords("value", BODY, {
    legacy: describeBytes(legacy),
    native: describeBytes(native),
  });
}

function compareBodies(
  { body: legacy }: Answer,
  { body: native }: Answer,
  { collector, rules }: { readonly collector: Collector; readonly rules: VolatileRules },
): void {
  // Most answers agree to the byte, and then nothing needs to be parsed.
  if (legacy.equals(native)) return;
  const [one, other] = [readJson(legacy.toString("utf8")), readJson(native.toString("utf8"))];
  if (one !== undefined && other !== undefined) {
    const where = { place: BODY, cursor: rules.start, mode: "values", collector } as const;
    compareJson([one.value, other.value], where);
  } else if (one === undefined && other === undefined) compareTexts(legacy, native, collector);
  else {
    collector.addWords("type", BODY, {
      legacy: describeBody(legacy),
      native: describeBody(native),
    });
  }
}

/**
 * Every place in which two answers differ for a client, bounded in number and size and redacted. Answers of different
 * statuses are different answers: of them nothing else is compared. Pure.
 */
export function compareAnswers(
  legacy: Answer,
  native: Answer,
  rules: VolatileRules = createVolatileRules(),
): Comparison {
  const collector = createCollector();
  if (legacy.status === native.status) {
    compareHeaders(legacy, native, collector);
    compareBodies(legacy, native, { collector, rules });
  } else {
    collector.add("value", STATUS, { legacy: legacy.status, native: native.status });
  }
  return collector.result();
}
