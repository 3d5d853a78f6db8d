import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../../..");
/** What is left of an import when types are stripped. */
const IMPORT =
  /^(?:import|export)\s+(?!type\b)(?:[\w$*{}\s,]+?\sfrom\s+)?"([^"]+)"|\bimport\("([^"]+)"\)/gmu;

function targetOf(from: string, specifier: string): string {
  if (specifier.startsWith("#")) return `src/${specifier.slice(1)}`;
  if (specifier.startsWith(".")) return relative(ROOT, resolve(ROOT, dirname(from), specifier));
  return specifier;
}

/** Everything that runs when `banyan/tools` is imported: files by path, packages by name. */
function reach(entry: string): Set<string> {
  const seen = new Set<string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    if (!path.startsWith("src/")) continue;
    const text = readFileSync(join(ROOT, path), "utf8");
    for (const [, still, dynamic] of text.matchAll(IMPORT)) {
      waiting.push(targetOf(path, still ?? dynamic ?? ""));
    }
  }
  return seen;
}

const reached = [...reach("src/pam/tools/door.ts")];

test("what banyan/tools gives needs zod and nothing else, least of all Node", () => {
  expect(reached.length).toBeGreaterThan(80);
  expect(reached.filter((path) => !path.startsWith("src/"))).toEqual(["zod"]);
  expect(reached.filter((path) => path.startsWith("src/platform/"))).toEqual([
    "src/platform/clock.ts",
    "src/platform/resilience/until-aborted.ts",
  ]);
});

test("nothing it reaches names what only Node has", () => {
  const nodeOnly = /\b(?:process|Buffer|__dirname|require|setImmediate)(?:\.\w|\(|\[)/u;
  const users = reached.filter(
    (path) => path.startsWith("src/") && nodeOnly.test(readFileSync(join(ROOT, path), "utf8")),
  );
  expect(users).toEqual([]);
});
