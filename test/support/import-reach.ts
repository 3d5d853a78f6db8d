import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
/** What is left of an import when types are stripped. */
const IMPORT =
  /^(?:import|export)\s+(?!type\b)(?:[\w$*{}\s,]+?\sfrom\s+)?"([^"]+)"|\bimport\("([^"]+)"\)/gmu;

function targetOf(from: string, specifier: string): string {
  if (specifier.startsWith("#contracts/")) return specifier.slice(1);
  if (specifier.startsWith("#")) return `src/${specifier.slice(1)}`;
  if (specifier.startsWith(".")) return relative(ROOT, resolve(ROOT, dirname(from), specifier));
  return specifier;
}

const isFile = (path: string): boolean => /^(?:src|contracts|examples)\//u.test(path);

export interface Reach {
  /** Paths from the root of the project. */
  readonly files: readonly string[];
  /** Everything else that is imported, by name. */
  readonly packages: readonly string[];
  /** Files that use something only Node has, by its global name. */
  readonly nodeUsers: readonly string[];
}

const NODE_GLOBAL = /\b(?:process|Buffer|__dirname|require|setImmediate)(?:\.\w|\(|\[)/u;

/** What a file imports besides types: paths from the root of the project, or names. */
export function importsOf(path: string): readonly string[] {
  const imports = readFileSync(join(ROOT, path), "utf8").matchAll(IMPORT);
  return [...imports].map(([, still, dynamic]) => targetOf(path, still ?? dynamic ?? ""));
}

/** Everything that runs when a file is imported. */
export function reachOf(entry: string): Reach {
  const seen = new Set<string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    if (isFile(path)) waiting.push(...importsOf(path));
  }
  const files = [...seen].filter(isFile);
  return {
    files,
    packages: [...seen].filter((path) => !isFile(path)).toSorted((a, b) => a.localeCompare(b)),
    nodeUsers: files.filter((path) => NODE_GLOBAL.test(readFileSync(join(ROOT, path), "utf8"))),
  };
}
