import { chmod, lstat, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { readFlagsFile, setFlag, writeFlagsFile } from "#platform/flags/index.ts";

let folder: string;
let path: string;
const document = setFlag({ version: 2, features: [] }, "pam.chat", 30);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "banyan-flags-"));
  path = join(folder, "flags.json");
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

test("what is written is read back, and nothing else is left in the folder", async () => {
  await writeFlagsFile(path, document);
  expect(await readFlagsFile(path)).toEqual(document);
  expect(await readdir(folder)).toEqual(["flags.json"]);
});

test("readers meanwhile see the old file or the new one, never a part", async () => {
  await writeFlagsFile(path, document);
  const writes = Array.from({ length: 20 }, async (_, share) =>
    writeFlagsFile(path, setFlag(document, "pam.chat", share)),
  );
  const reads = Array.from({ length: 100 }, async () => readFlagsFile(path));
  await Promise.all(writes);
  for (const { features } of await Promise.all(reads)) expect(features).toHaveLength(1);
});

test("a link stays a link, and the file's mode is kept", async () => {
  await writeFile(path, "{}");
  await chmod(path, 0o600);
  await symlink(path, join(folder, "link.json"));
  await writeFlagsFile(join(folder, "link.json"), document);
  expect((await lstat(join(folder, "link.json"))).isSymbolicLink()).toBe(true);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readFlagsFile(path)).toEqual(document);
});

test("a file that is broken or missing is refused by the reader", async () => {
  await expect(readFlagsFile(path)).rejects.toMatchObject({ code: "ENOENT" });
  await writeFile(path, "[]");
  await expect(readFlagsFile(path)).rejects.toMatchObject({ code: "FLAGS_INVALID" });
});
