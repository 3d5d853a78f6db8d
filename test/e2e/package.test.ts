import { execFile } from "node:child_process";
import { access, mkdtemp, rm } from "node:fs/promises";
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
