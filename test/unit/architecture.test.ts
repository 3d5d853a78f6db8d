import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

import { describe, expect, test } from "vitest";
import { z } from "zod";

import { CONCERNS } from "#concerns/index.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/**
 * From the door inwards: a room may import itself and any room of a later storey, never one of its own
 * storey or of an earlier one.
 */
const STOREYS = [
  ["main"],
  ["cli"],
  ["server", "admin", "stand-in", "contract-suite", "client"],
  ["delivery"],
  ["routing"],
  ["concerns"],
  ["pam"],
  ["platform"],
  ["contracts"],
] as const;

/** Rooms that stand beside the proxy: they know the contracts and the platform, and nothing of routing. */
const BESIDE = ["stand-in", "contract-suite", "client"] as const;

/** A package that only these files may import, so that replacing it touches them alone. */
const HOMES: Readonly<Record<string, RegExp>> = {
  "@anthropic-ai/sdk": /^src\/pam\/providers\//,
  "@electric-sql/pglite": /^src\/platform\/database\//,
  commander: /^src\/cli\//,
  "eventsource-parser": /^src\/pam\/providers\//,
  entities: /^src\/pam\/safety\//,
  express: /^src\/(admin|routing|concerns)\//,
  htm: /^src\/admin\/dashboard\//,
  helmet: /^src\/(admin|routing)\//,
  "http-proxy-middleware": /^src\/routing\/upstream\//,
  httpxy: /^src\/routing\/upstream\//,
  ioredis: /^src\/platform\/redis\//,
  "jsonc-parser": /^src\/platform\/flags\//,
  jose: /^src\/(platform\/auth\.ts|stand-in\/|contract-suite\/)/,
  kysely: /^src\/(platform\/database|pam)\//,
  "lru-cache": /^src\/(pam\/response-cache|routing)\//,
  openai: /^src\/pam\/providers\//,
  parse5: /^src\/pam\/safety\//,
  pg: /^src\/platform\/database\//,
  pino: /^src\/platform\/logger\.ts$/,
  preact: /^src\/admin\/dashboard\//,
  "node:cluster": /^src\/platform\/workers\//,
  "prom-client": /^src\/platform\/metrics(-sum)?\.ts$/,
  re2js: /^src\/concerns\/analytics\/logs\//,
  uplot: /^src\/admin\/dashboard\//,
  undici: /^src\/pam\/providers\//,
  "unleash-client": /^src\/platform\/flags\//,
  ws: /^src\/(cli\/serve\/shadow|concerns\/ws|pam\/speech|stand-in|contract-suite)\//,
};

interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** Static imports and re-exports, and dynamic imports of a literal. */
const IMPORT = /^(?:import|export)\s+(?:[\w$*{}\s,]+?\sfrom\s+)?"([^"]+)"|\bimport\("([^"]+)"\)/gm;

/** Every import ends in `.ts`, so resolving one is path arithmetic. */
function target(from: string, specifier: string): string {
  if (specifier.startsWith("#contracts/")) return specifier.slice(1);
  if (specifier.startsWith("#")) return `src/${specifier.slice(1)}`;
  if (specifier.startsWith(".")) return relative(ROOT, resolve(ROOT, dirname(from), specifier));
  return specifier;
}

function arrowsOf(from: string): Arrow[] {
  const text = readFileSync(join(ROOT, from), "utf8");
  return [...text.matchAll(IMPORT)].map(([, still, dynamic]) => ({
    from,
    to: target(from, still ?? dynamic ?? ""),
  }));
}

const files = globSync(["src/**/*.ts", "src/admin/dashboard/**/*.js", "contracts/**/*.ts"], {
  cwd: ROOT,
}).toSorted();
const arrows = files.flatMap(arrowsOf);

/** The room a file stands in; "" for a foreign package. */
function roomOf(path: string): string {
  if (path === "src/main.ts") return "main";
  if (path.startsWith("contracts/")) return "contracts";
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? "";
}

const storeyOf = (room: string): number =>
  STOREYS.findIndex((rooms) => rooms.some((name) => name === room));
const concernOf = (path: string): string => /^src\/concerns\/([^/]+)\//.exec(path)?.[1] ?? "";
const broken = (isBroken: (arrow: Arrow) => boolean): string[] =>
  arrows.filter(isBroken).map(({ from, to }) => `${from} -> ${to}`);

const packageSchema = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  imports: z.record(z.string(), z.unknown()),
});
const readJson = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), "utf8"));

/** The rooms of an import map; tests have one more, for what they share. */
const roomsIn = (imports: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(imports)
    .map((key) => key.replace(/\/\*.*$/u, ""))
    .filter((room) => room !== "#support" && room !== "#examples")
    .toSorted();

test("the scan reads the tree it guards", () => {
  expect(files.length).toBeGreaterThan(60);
  expect(arrows.length).toBeGreaterThan(files.length);
});

test("every source file stands in a room", () => {
  expect(files.filter((file) => storeyOf(roomOf(file)) === -1)).toEqual([]);
});

test("imports point downward", () => {
  expect(
    broken(({ from, to }) => {
      const [fromRoom, toRoom] = [roomOf(from), roomOf(to)];
      if (toRoom === "" || fromRoom === toRoom) return false;
      return storeyOf(toRoom) <= storeyOf(fromRoom);
    }),
  ).toEqual([]);
});

test("a room beside the proxy knows only contracts and platform", () => {
  const known = new Set<string>(["contracts", "platform"]);
  expect(
    broken(({ from, to }) => {
      const [fromRoom, toRoom] = [roomOf(from), roomOf(to)];
      const isBeside = BESIDE.some((room) => room === fromRoom);
      return isBeside && toRoom !== "" && toRoom !== fromRoom && !known.has(toRoom);
    }),
  ).toEqual([]);
});

test("contracts know only zod and the files they read", () => {
  const allowed = new Set(["zod", "node:fs", "node:path", "node:crypto"]);
  expect(
    broken(
      ({ from, to }) =>
        roomOf(from) === "contracts" && roomOf(to) !== "contracts" && !allowed.has(to),
    ),
  ).toEqual([]);
});

describe("concerns", () => {
  test("are strangers to each other", () => {
    expect(
      broken(
        ({ from, to }) =>
          concernOf(from) !== "" && concernOf(to) !== "" && concernOf(from) !== concernOf(to),
      ),
    ).toEqual([]);
  });

  test("are entered by their index.ts", () => {
    expect(
      broken(
        ({ from, to }) =>
          concernOf(to) !== "" && concernOf(from) === "" && !to.endsWith("/index.ts"),
      ),
    ).toEqual([]);
  });

  test("are registered, each under its folder's name", () => {
    const folders = globSync("src/concerns/*/index.ts", { cwd: ROOT }).map(concernOf).toSorted();
    expect(CONCERNS.map((concern) => concern.name)).toEqual(folders);
  });
});

/**
 * A folder inside a room that has an index.ts is entered by it from other rooms, or by a door.ts where the index
 * is a list.
 */
test("a folder with a door is entered by it", () => {
  const doors = new Set(
    globSync("src/*/**/index.ts", { cwd: ROOT }).map((file) => `${dirname(file)}/`),
  );
  expect(
    broken(({ from, to }) =>
      [...doors].some(
        (folder) =>
          to.startsWith(folder) &&
          !from.startsWith(folder) &&
          to !== `${folder}index.ts` &&
          to !== `${folder}door.ts` &&
          !to.startsWith("src/concerns/") &&
          roomOf(from) !== roomOf(to),
      ),
    ),
  ).toEqual([]);
});

test.each(Object.entries(HOMES))("%s has one home", (name, home) => {
  expect(
    broken(
      ({ from, to }) =>
        from.startsWith("src/") && (to === name || to.startsWith(`${name}/`)) && !home.test(from),
    ),
  ).toEqual([]);
});

test("every dependency of the product but zod has a home", () => {
  const { dependencies } = packageSchema.parse(readJson("package.json"));
  const homeless = Object.keys(dependencies).filter((name) => HOMES[name] === undefined);
  expect(homeless).toEqual(["zod"]);
});

test("every dependency of the product is used by it", () => {
  const { dependencies } = packageSchema.parse(readJson("package.json"));
  const used = new Set(arrows.map(({ to }) => to));
  expect(
    Object.keys(dependencies).filter(
      (name) => ![...used].some((to) => to === name || to.startsWith(`${name}/`)),
    ),
  ).toEqual([]);
});

test("the environment is read in main.ts and nowhere else", () => {
  const readers = files.filter((file) =>
    /process\.env\b|import\.meta\.env\b/.test(readFileSync(join(ROOT, file), "utf8")),
  );
  expect(readers).toEqual(["src/main.ts"]);
});

test("the import maps of the source and of the packed files agree", () => {
  const source = packageSchema.parse(readJson("package.json"));
  const packed = packageSchema.parse(readJson("src/package.dist.json"));
  expect(roomsIn(packed.imports)).toEqual(roomsIn(source.imports));
});
