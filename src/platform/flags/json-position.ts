/* oxlint-disable import/default, import/no-named-as-default-member -- the package is a UMD module, of which Node
   sees a default export only */
import jsonc from "jsonc-parser";

function toPosition(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** The parser's codes as words: `CommaExpected` is "comma expected". */
const toWords = (code: string): string => code.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();

/** Where a text stops being JSON, and why. V8's own message gives a place only for some faults. */
export function explainJson(text: string): string {
  const faults: jsonc.ParseError[] = [];
  jsonc.parseTree(text, faults, { disallowComments: true });
  const [first] = faults;
  return first === undefined
    ? `${toPosition(text, text.length)}: value expected`
    : `${toPosition(text, first.offset)}: ${toWords(jsonc.printParseErrorCode(first.error))}`;
}

/** Where a field stands in a JSON text; where it is missing, where the nearest thing around it begins. */
export function findField(text: string, path: readonly PropertyKey[]): string {
  const tree = jsonc.parseTree(text);
  if (tree === undefined) return toPosition(text, 0);
  const keys = path.filter((key) => typeof key !== "symbol");
  for (let length = keys.length; length >= 0; length -= 1) {
    const node = jsonc.findNodeAtLocation(tree, keys.slice(0, length));
    if (node !== undefined) return toPosition(text, node.offset);
  }
  return toPosition(text, 0);
}
