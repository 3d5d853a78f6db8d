import { execFile } from "node:child_process";
import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

const ROOT = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);
const packedSchema = z.array(z.object({ filename: z.string() }));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "banyan-package-"));
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: ROOT,
    maxBuffer: 32_000_000,
  });
  const [packed] = packedSchema.parse(JSON.parse(stdout.slice(stdout.indexOf("["))));
  const filename = packed?.filename ?? "";
  await run("npm", ["init", "--yes"], { cwd: folder });
  await run(
    "npm",
    ["install", "--no-audit", "--no-fund", "--prefer-offline", join(folder, filename)],
    {
      cwd: folder,
    },
  );
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

async function banyan(...argumentsGiven: string[]): Promise<string> {
  const { stdout } = await run(
    process.execPath,
    ["node_modules/banyan/dist/src/main.js", ...argumentsGiven],
    {
      cwd: folder,
    },
  );
  return stdout;
}

test("the packed command prints its version and the route table", async () => {
  expect(await banyan("--version")).toMatch(/^\d+\.\d+\.\d+\n$/u);
  expect(JSON.parse(await banyan("routes", "--json"))).toHaveLength(88);
});

test("the packed command finds its recordings and its flags", async () => {
  expect(await banyan("flags")).toContain("Source: file, fresh");
  expect(await banyan("explain", "GET", "/api/v1/pam/health")).toContain("chat.health");
});

test("banyan/policy and banyan/tools can be imported, and say what their types are", async () => {
  const script = `
    import { PROVIDER_POLICY } from "banyan/policy";
    import { getToolSchemas } from "banyan/tools";
    console.log(PROVIDER_POLICY.turnMs, getToolSchemas().length);
  `;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: folder,
  });
  expect(stdout).toBe("27000 55\n");
  const declarations = ["policy.d.ts", "tools/door.d.ts"].map((name) =>
    join(folder, "node_modules/banyan/dist/src/pam", name),
  );
  await Promise.all(declarations.map(async (path) => access(path)));
});

/** Imports the client, and says of everything that was loaded for it where it came from. */
const IMPORT_CLIENT = `
  import { registerHooks } from "node:module";
  const urls = [];
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      urls.push(resolved.url);
      return resolved;
    },
  });
  const client = await import("banyan/client");
  console.log(JSON.stringify({ names: Object.keys(client), urls }));
`;

test("banyan/client can be imported, and loads nothing of Node nor anything but itself and zod", async () => {
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", IMPORT_CLIENT], {
    cwd: folder,
  });
  const { names, urls } = z
    .object({ names: z.array(z.string()), urls: z.array(z.string()) })
    .parse(JSON.parse(stdout));
  expect(names).toEqual(
    expect.arrayContaining(["createPamClient", "openPamSocket", "validatePamContext"]),
  );
  expect(urls.length).toBeGreaterThan(30);
  const own = /\/node_modules\/(?:zod|banyan\/dist\/(?:contracts|src\/client))\//u;
  expect(urls.filter((url) => !url.startsWith("file:") || !own.test(url))).toEqual([]);
});

const CONSUMER = `
  import { createPamClient, openPamSocket, validatePamContext, type PamContext } from "banyan/client";

  const context: PamContext = { user_id: "u", user_location: { lat: -16.9, lng: 145.7 } };
  const options = { baseUrl: location.origin, getToken: async () => sessionStorage.getItem("token") };
  const client = createPamClient({ ...options, fetch: window.fetch });
  const socket = openPamSocket({ ...options, userId: "u", WebSocket: window.WebSocket });
  export const valid: boolean = validatePamContext(context).valid;
  export const texts: Promise<string>[] = [
    client.chat({ user_id: "u", message: "Hello", context }).then(({ response }) => response),
    socket.ask("Hello").then(({ response }) => response),
  ];
  // @ts-expect-error -- the name is wrong
  export const wrong: PamContext = { user_id: "u", userLocation: { lat: 1, lng: 2 } };
`;

/** The examples of the documentation, which are a page's code as well. */
async function readExamples(): Promise<readonly string[]> {
  const text = await readFile(join(ROOT, "docs/client.md"), "utf8");
  return [...text.matchAll(/```ts\n(.*?)```/gsu)].map(([, example = ""]) => example);
}

test.each(["bundler", "nodenext"])(
  "a page that knows no types of Node compiles against banyan/client (%s)",
  async (moduleResolution) => {
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      target: "es2024",
      lib: ["es2024", "dom", "dom.iterable"],
      types: [],
      module: moduleResolution === "bundler" ? "esnext" : "nodenext",
      moduleResolution,
    };
    const sources = [CONSUMER, ...(await readExamples())];
    expect(sources).toHaveLength(4);
    const files = sources.map((_source, index) => `page-${index}.mts`);
    await Promise.all(
      files.map(async (file, index) => writeFile(join(folder, file), sources[index] ?? "")),
    );
    const configuration = { compilerOptions, files };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(configuration));
    const tsc = join(ROOT, "node_modules/.bin/tsc");
    const outcome = await run(process.execPath, [tsc, "-p", "."], { cwd: folder }).then(
      ({ stdout }) => stdout,
      ({ stdout }: { stdout: string }) => stdout,
    );
    expect(outcome).toBe("");
  },
);
