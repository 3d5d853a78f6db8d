import { WORD } from "../python-text.ts";
import type { CheckedText } from "./check.ts";
import { defineSignatureCheck, type Signature } from "./signatures.ts";

/** A statement by its first words: as the end of another word too on the legacy. */
function statement(label: string, source: string): Signature {
  const anywhere = new RegExp(source, "su");
  const fromWordOn = new RegExp(`(?<!${WORD})${source}`, "su");
  return [
    label,
    ({ folded, profile }: CheckedText) =>
      (profile === "legacy" ? anywhere : fromWordOn).test(folded),
  ];
}

export const sqlInjection = defineSignatureCheck("sql-injection", [
  statement("sql union-select", "union (?:all )?select "),
  // At most 100 characters between: a longer sentence is no statement, and the search stays short.
  statement("sql select..from", "select .{1,100} from "),
  statement("sql insert-into", "insert into "),
  statement("sql update..set", `update ${WORD}+ set `),
  statement("sql delete-from", "delete from "),
  statement("sql drop", "drop (?:table|database|index) "),
  ["sql comment after semicolon", ({ folded }) => /; ?--/u.test(folded)],
]);
