import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { AppError } from "#platform/errors.ts";
import { parseFlagsDocument, toServerDocument } from "#platform/flags/parse-flags.ts";

const flag = (changes: object = {}): object => ({
  name: "pam.chat",
  enabled: true,
  strategies: [{ name: "flexibleRollout", parameters: { rollout: "30", groupId: "pam" } }],
  ...changes,
});
const text = (...features: readonly unknown[]): string => JSON.stringify({ version: 2, features });

/** The message of the refusal, or "" for a document that is accepted. Any other failure is thrown on. */
function faultOf(json: string): string {
  try {
    parseFlagsDocument(json);
    return "";
  } catch (error) {
    if (error instanceof AppError && error.code === "FLAGS_INVALID") return error.message;
    throw error;
  }
}

describe("a flags file", () => {
  test("in the form of Unleash's client features is read with every key it has", () => {
    const document = {
      version: 2,
      features: [
        {
          name: "pam.chat",
          type: "release",
          enabled: true,
          project: "default",
          stale: false,
          impressionData: false,
          strategies: [
            {
              name: "flexibleRollout",
              title: null,
              parameters: { rollout: "30", stickiness: "userId", groupId: "pam" },
              constraints: [
                { contextName: "userId", operator: "IN", values: ["u1"], inverted: false },
                { contextName: "userId", operator: "NUM_GT", value: "5", caseInsensitive: false },
              ],
              segments: [3],
              variants: [],
            },
          ],
          variants: [{ name: "blue", weight: 1000, payload: { type: "string", value: "b" } }],
          dependencies: [{ feature: "pam.parent", enabled: true }],
        },
      ],
      segments: [
        { id: 3, constraints: [{ contextName: "appName", operator: "IN", values: ["banyan"] }] },
      ],
      query: { environment: "development", inlineSegmentConstraints: true },
      meta: { revisionId: 7, etag: '"7"' },
    };
    expect(parseFlagsDocument(JSON.stringify(document))).toEqual(document);
  });

  test("that begins with a byte order mark is read", () => {
    expect(parseFlagsDocument(`\uFEFF${text(flag())}`).features).toHaveLength(1);
  });

  test.each([
    ["", "line 1, column 1: value expected"],
    ['{"features": [x]}', "line 1, column 15: invalid symbol"],
    ['{\n  "features": [\n    1,\n  ]\n}', "line 4, column 3: value expected"],
    ['{"features": [', "line 1, column 15: close bracket expected"],
    ['{"features": []', "line 1, column 16: close brace expected"],
    ['{\n "features" []}', "line 2, column 13: colon expected"],
    ['{"features": []} {}', "line 1, column 18: end of file expected"],
    ['// no comments\n{"features": []}', "line 1, column 1: invalid comment token"],
  ])("that is no JSON is refused with the place: %j", (json, place) => {
    expect(faultOf(json)).toBe(`Cannot read the flags as JSON: ${place}`);
  });

  const strategy = (changes: object): object =>
    flag({ strategies: [{ name: "flexibleRollout", parameters: { rollout: 1 }, ...changes }] });
  const constraint = (changes: object): object =>
    strategy({ constraints: [{ contextName: "userId", operator: "IN", values: [], ...changes }] });

  test.each([
    ["[]", "the document: expected object, received array"],
    ["{}", "features: expected array, received undefined"],
    [text(flag({ name: "" })), "features[0].name: "],
    [text(flag(), flag({ name: 1 })), "features[1].name: expected string, received number"],
    [text(flag({ enabled: "yes" })), "features[0].enabled: expected boolean, received string"],
    [text(flag({ strategies: null })), "features[0].strategies: expected array, received null"],
    [
      text(strategy({ parameters: { rollout: "x" } })),
      'features[0].strategies[0].parameters.rollout: expected a percentage from 0 to 100: found "x"',
    ],
    [
      text(strategy({ parameters: { rollout: 101 } })),
      "features[0].strategies[0].parameters.rollout: expected a percentage from 0 to 100: found 101",
    ],
    [
      text(strategy({ parameters: undefined })),
      "features[0].strategies[0].parameters.rollout: expected a percentage from 0 to 100: found nothing",
    ],
    [
      text(strategy({ name: "gradualRolloutUserId" })),
      "features[0].strategies[0].parameters.percentage: expected a percentage",
    ],
    [
      text(constraint({ operator: "in" })),
      'features[0].strategies[0].constraints[0].operator: expected an operator such as IN or NUM_GT: found "in"',
    ],
    [
      text(constraint({ operator: "NUM_EQ" })),
      "features[0].strategies[0].constraints[0].value: expected the value that NUM_EQ compares with",
    ],
    [
      text(constraint({ values: [1] })),
      "features[0].strategies[0].constraints[0].values[0]: expected string, received number",
    ],
    [
      text(strategy({ segments: [9] })),
      "features[0].strategies[0].segments[0]: expected the id of a segment of this document: found 9",
    ],
    [text(flag(), flag()), 'features[1].name: expected each name once: found "pam.chat" again'],
  ])("that means nothing is refused with the field: %s", (json, fault) => {
    expect(faultOf(json)).toContain(`Cannot use the flags: ${fault}`);
  });

  test("is refused with the line and column of the field", () => {
    const json =
      '{\n  "features": [\n    {"name": "a",\n     "enabled": 1, "strategies": []}\n  ]\n}';
    expect(faultOf(json)).toContain("received number (line 4, column 17)");
  });

  test("with many faults names the first five and how many follow", () => {
    const fault = faultOf(text(...Array.from({ length: 8 }, () => 1)));
    expect(fault.match(/features\[/g)).toHaveLength(5);
    expect(fault).toMatch(/; and 3 more$/);
  });

  test("may hold strategies that the SDK does not know, as exports of real servers do", () => {
    expect(parseFlagsDocument(text(strategy({ name: "byTenant" }))).features).toHaveLength(1);
  });

  test("of any content is either read or refused as FLAGS_INVALID", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (content) => {
        expect(faultOf(content)).toMatch(/^$|^Cannot (read|use) the flags/);
      }),
    );
  });
});

describe("what a server sends", () => {
  test("is taken flag by flag: one that cannot be read is off, the others stand", () => {
    const { document, problem } = toServerDocument({
      features: [flag(), flag({ name: "pam.ws", strategies: "none" }), 7],
    });
    expect(document.features).toMatchObject([
      { name: "pam.chat", enabled: true },
      { name: "pam.ws", enabled: false, strategies: [] },
    ]);
    expect(problem).toBe(
      'Unleash sent "pam.ws": strategies: expected array, received string; ' +
        "features[2]: the document: expected object, received number",
    );
  });

  test("may use operators and shares that a file may not", () => {
    const constraints = [{ contextName: "userId", operator: "NEWER_THAN_WE_ARE", values: [] }];
    const strategies = [{ name: "flexibleRollout", parameters: {}, constraints }];
    expect(toServerDocument({ features: [flag({ strategies })] }).problem).toBeUndefined();
  });

  test("loses a segment that cannot be read, and says so", () => {
    const { document, problem } = toServerDocument({ features: [], segments: [{ id: "x" }] });
    expect(document.segments).toEqual([]);
    expect(problem).toContain("segments[0]: id: expected number, received string");
  });
});
