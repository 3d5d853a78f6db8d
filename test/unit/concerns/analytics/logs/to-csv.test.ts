import fc from "fast-check";
import { expect, test } from "vitest";

import { toCsv } from "#concerns/analytics/logs/to-csv.ts";

test("columns are sorted, lines end in CRLF, the last one too", () => {
  expect(toCsv([{ b: 1, a: "x" }, { c: true }])).toBe("a,b,c\r\nx,1,\r\n,,true\r\n");
});

test("nothing is nothing, without a line of names", () => {
  expect(toCsv([])).toBe("");
});

test("what would end a cell is quoted, and quotes are doubled", () => {
  expect(toCsv([{ a: 'say "hi", twice', b: "two\nlines" }])).toBe(
    'a,b\r\n"say ""hi"", twice","two\nlines"\r\n',
  );
});

test("objects and lists stand as JSON, null and undefined as nothing", () => {
  expect(toCsv([{ a: { k: [1] }, b: null, c: undefined }])).toBe('a,b,c\r\n"{""k"":[1]}",,\r\n');
});

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])(
  "a text that a spreadsheet would run is made a text: %j",
  (text) => {
    const [, line = ""] = toCsv([{ a: text }]).split(/(?<=a)\r\n/u);
    expect(line.startsWith("'") || line.startsWith(`"'`)).toBe(true);
  },
);

test("a negative number stays a number", () => {
  expect(toCsv([{ a: -1.5 }])).toBe("a\r\n-1.5\r\n");
});

/** Reads what RFC 4180 says, cell by cell. */
function readCsv(text: string): string[][] {
  const cells = [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)];
  const rows: string[][] = [[]];
  for (const [, quoted, plain = "", end] of cells) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === "\r\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

test("any text comes back as it went in, but for the apostrophe before a formula", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), (texts) => {
      const [, ...rows] = readCsv(toCsv(texts.map((a) => ({ a }))));
      expect(rows.map(([cell = ""]) => cell.replace(/^'(?=[=+\-@\t\r])/u, ""))).toEqual(
        texts.map((text) => text.replace(/^'(?=[=+\-@\t\r])/u, "")),
      );
    }),
  );
});
