import { hash } from "node:crypto";

import type {
  ExpectedAnswer,
  ExpectedBody,
  ExpectedJson,
  ReceivedAnswer,
  StatusExpectation,
} from "#contract-suite/compare/answer.ts";
import { compareHeaders } from "#contract-suite/compare/compare-headers.ts";
import { type Captures, compareJson } from "#contract-suite/compare/compare-json.ts";
import {
  boundDifferences,
  type Difference,
  toShortText,
} from "#contract-suite/compare/difference.ts";
import { maskBody } from "#contracts/recordings/mask.ts";
import { readJson } from "#platform/comparison/index.ts";

export interface CompareOptions {
  /** True on the legacy side, which repeats its bytes; a native side may write the same JSON otherwise. */
  readonly isExact: boolean;
  readonly captures?: Captures;
}

/** The first place in which two texts part, with a little of what stands around it. */
function compareTexts(
  place: Pick<Difference, "path" | "kind">,
  expected: string,
  got: string,
): readonly Difference[] {
  if (expected === got) return [];
  let at = 0;
  while (at < expected.length && expected[at] === got[at]) at += 1;
  const from = Math.max(0, at - 20);
  const around = (text: string): string => toShortText(text.slice(from, at + 40));
  return [{ ...place, expected: around(expected), got: around(got) }];
}

/** Every place in which a JSON text, of a body or a frame, is not as expected. Pure. */
export function compareJsonText(
  { expectation, exact }: ExpectedJson,
  text: string,
  { path, isExact, captures }: CompareOptions & { readonly path: string },
): readonly Difference[] {
  const read = readJson(text);
  if (read === undefined) {
    return [{ path, kind: "type", expected: "JSON", got: toShortText(text) }];
  }
  const differences = compareJson(expectation, read.value, {
    path,
    ...(captures && { captures }),
  });
  if (differences.length > 0 || !isExact || exact === undefined) return differences;
  const { volatile } = exact;
  const place = { path, kind: "format" } as const;
  return compareTexts(place, maskBody(exact.text, volatile), maskBody(text, volatile));
}

function compareBytes(
  expected: Extract<ExpectedBody, { kind: "bytes" }>,
  body: Buffer,
): readonly Difference[] {
  if (body.length === expected.length && hash("sha256", body) === expected.sha256) return [];
  return [
    {
      path: "/body",
      kind: "value",
      expected: `${expected.length} bytes, SHA-256 ${expected.sha256}`,
      got: `${body.length} bytes, SHA-256 ${hash("sha256", body)}`,
    },
  ];
}

function compareBodies(
  expected: ExpectedBody,
  body: Buffer,
  options: CompareOptions,
): readonly Difference[] {
  switch (expected.kind) {
    case "json":
      return compareJsonText(expected, body.toString("utf8"), { ...options, path: "/body" });
    case "text":
      return compareTexts({ path: "/body", kind: "value" }, expected.text, body.toString("utf8"));
    case "bytes":
      return compareBytes(expected, body);
    case "any":
      return [];
    default:
      return expected satisfies never;
  }
}

function isStatusMet(expected: StatusExpectation, got: number): boolean {
  switch (expected) {
    case "accepted":
      return got < 500 && got !== 422;
    case "accepted-or-unavailable":
      return got === 503 || isStatusMet("accepted", got);
    case "refused":
      return got >= 400 && got < 500;
    case "answered":
      return got < 500;
    default:
      return expected === got;
  }
}

/** Every place in which an answer is not as expected, bounded in number and size. Pure. */
export function compareAnswers(
  expected: ExpectedAnswer,
  got: ReceivedAnswer,
  options: CompareOptions,
): readonly Difference[] {
  const status: readonly Difference[] = isStatusMet(expected.status, got.status)
    ? []
    : [
        {
          path: "/status",
          kind: "status",
          expected: String(expected.status),
          got: String(got.status),
        },
      ];
  return boundDifferences([
    ...status,
    ...compareHeaders(expected, got.headers),
    ...compareBodies(expected.body, got.body, options),
  ]);
}
