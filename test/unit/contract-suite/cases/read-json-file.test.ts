import { mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";
import { z } from "zod";

import { readJsonFile } from "#contract-suite/cases/read-json-file.ts";

const schema = z.array(
  z.union([
    z.strictObject({ kind: z.literal("a"), size: z.int() }),
    z.strictObject({ kind: z.literal("b"), tags: z.array(z.string()) }),
  ]),
);

function read(text: string): () => unknown {
  return () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
    const path = join(folder.path, "x.json");
    writeFileSync(path, text);
    return readJsonFile({ path, name: "cases/x.json" }, schema).value;
  };
}

test("a good file gives its value", () => {
  expect(read('[{"kind":"a","size":1}]')()).toEqual([{ kind: "a", size: 1 }]);
});

test.each([
  ["a wrong type", '[\n  {"kind": "a",\n   "size": "x"}\n]', /cases\/x\.json:3: 0\.size: /],
  [
    "a fault deep in one branch",
    '[\n{"kind": "b", "tags": [\n"x",\n4]}]',
    /x\.json:4: 0\.tags\.1: /,
  ],
  ["a key that nobody knows", '[\n{"kind": "a", "size": 1,\n"sise": 2}]', /x\.json:3: 0\.sise: /],
  ["a missing key", '[\n\n{"kind": "a"}]', /x\.json:3: 0\.size: /],
  ["a text that is no JSON", '[\n{"kind": }]', /x\.json:2: not JSON/],
])("%s is named by file, line and field", (_, text, message) => {
  expect(read(text)).toThrow(message);
});
