import { describe, expect, test } from "vitest";

import { type CensusAnswer, isDeserted, withQuietDays } from "#cli/census-answer.ts";
import { toCensusText } from "#cli/census-text.ts";
import { toDeletionVerdict } from "#delivery/census/index.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 22);
const daysAgo = (days: number): number => NOW_MS - days * DAY_MS;

interface Facts {
  readonly sinceDays?: number;
  readonly legacyDays?: number;
  readonly unknownDays?: number;
  readonly client?: string;
}

function toCensus({
  sinceDays = 60,
  legacyDays,
  unknownDays,
  client = "curl",
}: Facts): CensusAnswer {
  const legacy =
    legacyDays === undefined
      ? { hits: 0, lastSeenMs: null }
      : { hits: 12, lastSeenMs: daysAgo(legacyDays) };
  const verdict = toDeletionVerdict({
    hasNative: true,
    census: { legacy },
    sinceMs: daysAgo(sinceDays),
    isSuiteGreen: true,
    isPinned: false,
    isTripped: false,
    nowMs: NOW_MS,
  });
  return {
    sinceMs: daysAgo(sinceDays),
    routes: [
      {
        routeId: "chat.send",
        legacy,
        native: { hits: 3, lastSeenMs: NOW_MS },
        legacyCohorts: 4,
        clients: legacy.hits === 0 ? [] : [{ ...legacy, client, names: [] }],
      },
    ],
    unknown:
      unknownDays === undefined
        ? []
        : [{ hits: 1, lastSeenMs: daysAgo(unknownDays), client, path: "GET /api/v1/pam/{id}" }],
    verdicts: [{ routeId: "chat.send", ...verdict, checklist: [...verdict.checklist] }],
  };
}

describe("legacy counts as deserted", () => {
  const asOf = { nowMs: NOW_MS, quietDays: 30 };
  test.each<[string, Facts, boolean]>([
    ["where nobody has used it for that long", { legacyDays: 31 }, true],
    ["where nobody has used it at all", {}, true],
    ["not where somebody has", { legacyDays: 29 }, false],
    ["not where a path was called that no route names", { unknownDays: 1 }, false],
    ["not where it was not counted for that long", { sinceDays: 29 }, false],
  ])("%s", (_, facts, expected) => {
    expect(isDeserted(toCensus(facts), asOf)).toBe(expected);
  });
});

const verdictOf = (facts: Facts, quietDays: number) =>
  withQuietDays(toCensus(facts), { nowMs: NOW_MS, quietDays }).verdicts[0];

describe("a verdict by another number of days", () => {
  test("is stricter where more are asked for", () => {
    expect(verdictOf({ legacyDays: 40 }, 30)).toMatchObject({ isDeletable: true });
    expect(verdictOf({ legacyDays: 40 }, 50)).toMatchObject({ isDeletable: false });
  });

  test("keeps all other points as they were", () => {
    const census = toCensus({ legacyDays: 40 });
    const pinned = {
      ...census,
      verdicts: census.verdicts.map((verdict) => ({
        ...verdict,
        checklist: verdict.checklist.map((item) =>
          item.name === "pin" ? { ...item, isDone: false } : item,
        ),
      })),
    };
    const [verdict] = withQuietDays(pinned, { nowMs: NOW_MS, quietDays: 7 }).verdicts;
    expect(verdict?.isDeletable).toBe(false);
    expect(verdict?.checklist.filter(({ isDone }) => !isDone).map(({ name }) => name)).toEqual([
      "pin",
    ]);
  });
});

describe("the text", () => {
  test("names who uses legacy, for what, and what is open", () => {
    const text = toCensusText(toCensus({ legacyDays: 2, unknownDays: 1 }), 30);
    expect(text).toMatch(/chat\.send +12 +3 +2026-11-20 00:00Z +4 +curl/u);
    expect(text).toMatch(/GET \/api\/v1\/pam\/\{id\} +1 +2026-11-21 00:00Z +curl/u);
    expect(text).toMatch(/quiet +1 +chat\.send/u);
  });

  test("says what each word for an open point means, and no other", () => {
    const text = toCensusText(toCensus({ legacyDays: 2 }), 14);
    const legend = text.slice(text.indexOf("STILL OPEN")).split("\n").slice(2);
    expect(legend).toEqual([
      "",
      "quiet   legacy was used within 14 days, or has not been counted for so long",
      "",
    ]);
  });

  test("names what can be taken away", () => {
    expect(toCensusText(toCensus({ legacyDays: 31 }), 30)).toContain(
      "Deletable: the legacy side of chat.send.",
    );
  });

  test("is not steered by what a client calls itself", () => {
    const text = toCensusText(toCensus({ legacyDays: 2, client: "\u001b[2Jcurl\r\n" }), 30);
    expect([text.includes("\u001b"), text.includes("\r")]).toEqual([false, false]);
    expect(text).toContain("�[2Jcurl��");
  });
});
