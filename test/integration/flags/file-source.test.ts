import { mkdirSync } from "node:fs";
import { mkdtemp, rename, rm, symlink, truncate, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { systemClock } from "#platform/clock.ts";
import type { Flags } from "#platform/flags/index.ts";
import { createFlags } from "#platform/flags/index.ts";

import { createLineKeeper } from "./log-lines.ts";

let folder: string;
let path: string;
const opened: Flags[] = [];
const { lines, logger } = createLineKeeper();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "banyan-flags-"));
  path = join(folder, "flags.json");
  lines.length = 0;
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (flags) => flags.close()));
  await rm(folder, { recursive: true, force: true });
});

const json = (...names: readonly string[]): string =>
  JSON.stringify({
    version: 2,
    features: names.map((name) => ({ name, enabled: true, strategies: [{ name: "default" }] })),
  });

function open(file = path): Flags {
  const flags = createFlags({ source: { kind: "file", path: file }, clock: systemClock, logger });
  opened.push(flags);
  return flags;
}

const valueOf = (flags: Flags, name: string): string => flags.evaluate(name, { key: "ada" });

const replace = async (name: string): Promise<void> => {
  await writeFile(join(folder, "draft"), json(name));
  await rename(join(folder, "draft"), path);
};

/** Far more than the second that is promised: a busy machine is no fault. */
const SOON = { timeout: 5000, interval: 5 };

test("a file is in effect as soon as the flags are opened", async () => {
  await writeFile(path, json("pam.chat"));
  const flags = open();
  expect(valueOf(flags, "pam.chat")).toBe("on");
  expect(valueOf(flags, "pam.ws")).toBe("absent");
  expect(flags.list()).toEqual([{ name: "pam.chat", enabled: true, rule: "always" }]);
  expect(flags.freshness()).toEqual({
    state: "fresh",
    source: "file",
    ageMs: 0,
    problem: undefined,
  });
  await flags.ready(0);
});

describe("a change takes effect when the file is", () => {
  beforeEach(async () => writeFile(path, json("pam.chat")));

  test("written in place", async () => {
    const flags = open();
    await writeFile(path, json("pam.ws"));
    await expect.poll(() => valueOf(flags, "pam.ws"), SOON).toBe("on");
    expect(valueOf(flags, "pam.chat")).toBe("absent");
  });

  test("replaced by a rename, again and again", async () => {
    const flags = open();
    await replace("pam.ws");
    await expect.poll(() => valueOf(flags, "pam.ws"), SOON).toBe("on");
    await replace("pam.tts");
    await expect.poll(() => valueOf(flags, "pam.tts"), SOON).toBe("on");
  });

  test("emptied to no flags at all", async () => {
    const flags = open();
    await writeFile(path, json());
    await expect.poll(() => valueOf(flags, "pam.chat"), SOON).toBe("absent");
    expect(flags.list()).toEqual([]);
  });

  test("truncated and then written by a slow writer, without the gap being seen", async () => {
    const flags = open();
    await truncate(path);
    await delay(60);
    await writeFile(path, json("pam.ws"));
    await expect.poll(() => valueOf(flags, "pam.ws"), SOON).toBe("on");
    expect(lines).toEqual([]);
  });

  test("removed and created again", async () => {
    const flags = open();
    await unlink(path);
    await expect.poll(() => flags.freshness().state, SOON).toBe("stale");
    expect(valueOf(flags, "pam.chat")).toBe("on");
    await writeFile(path, json("pam.ws"));
    await expect.poll(() => valueOf(flags, "pam.ws"), SOON).toBe("on");
    expect(flags.freshness()).toMatchObject({ state: "fresh", problem: undefined });
  });

  test("a link that is pointed elsewhere", async () => {
    await writeFile(join(folder, "other.json"), json("pam.ws"));
    const link = join(folder, "link.json");
    await symlink(path, link);
    const flags = open(link);
    await symlink(join(folder, "other.json"), join(folder, "draft"));
    await rename(join(folder, "draft"), link);
    await expect.poll(() => valueOf(flags, "pam.ws"), SOON).toBe("on");
  });

  test("reached through a folder link that is swapped, as mounted configuration is", async () => {
    const mount = join(folder, "mount");
    for (const version of ["v1", "v2", "mount"]) mkdirSync(join(folder, version));
    await writeFile(join(folder, "v1/flags.json"), json("pam.chat"));
    await writeFile(join(folder, "v2/flags.json"), json("pam.ws"));
    await symlink("../v1", join(mount, "..data"));
    await symlink("..data/flags.json", join(mount, "flags.json"));
    const flags = open(join(mount, "flags.json"));
    expect(valueOf(flags, "pam.chat")).toBe("on");
    await symlink("../v2", join(mount, "..new"));
    await rename(join(mount, "..new"), join(mount, "..data"));
    await expect.poll(() => valueOf(flags, "pam.ws"), SOON).toBe("on");
  });

  test("in a folder that was removed and made again", async () => {
    const flags = open();
    await rm(folder, { recursive: true });
    await expect.poll(() => flags.freshness().state, SOON).toBe("stale");
    mkdirSync(folder);
    await writeFile(path, json("pam.ws"));
    await expect.poll(() => valueOf(flags, "pam.ws"), SOON).toBe("on");
  });
});

describe("a broken file", () => {
  test("leaves the last good flags in effect, and says what is wrong and where, once", async () => {
    await writeFile(path, json("pam.chat"));
    const flags = open();
    await writeFile(path, '{\n  "features": [}\n');
    await expect
      .poll(() => flags.freshness(), SOON)
      .toMatchObject({
        state: "stale",
        source: "file",
        problem: `${path}: Cannot read the flags as JSON: line 2, column 16: value expected`,
      });
    expect(flags.freshness().ageMs).toBeGreaterThanOrEqual(0);
    expect(valueOf(flags, "pam.chat")).toBe("on");
    expect(lines).toMatchObject([{ level: "warn", fields: { path } }]);
  });

  test("that is mended is in effect again, and the problem is gone", async () => {
    await writeFile(path, json("pam.chat"));
    const flags = open();
    await writeFile(path, '{"features": [{"name": "pam.chat", "enabled": 1, "strategies": []}]}');
    await expect
      .poll(() => flags.freshness().problem, SOON)
      .toBe(
        `${path}: Cannot use the flags: features[0].enabled: expected boolean, received number (line 1, column 47)`,
      );
    await writeFile(path, json("pam.ws"));
    await expect.poll(() => valueOf(flags, "pam.ws"), SOON).toBe("on");
    expect(flags.freshness()).toMatchObject({ state: "fresh", ageMs: 0, problem: undefined });
    expect(lines.map(({ level }) => level)).toEqual(["warn", "info"]);
  });

  test("at the start means no flags and a problem, until it is mended", async () => {
    await writeFile(path, "not JSON");
    const flags = open();
    expect(flags.list()).toEqual([]);
    expect(flags.freshness()).toMatchObject({ state: "offline", ageMs: undefined });
    expect(flags.freshness().problem).toContain("line 1, column 1");
    await writeFile(path, json("pam.chat"));
    await expect.poll(() => valueOf(flags, "pam.chat"), SOON).toBe("on");
    expect(flags.freshness().state).toBe("fresh");
  });

  test("that is missing at the start is found when it comes, its folder too", async () => {
    const flags = open(join(folder, "later/flags.json"));
    expect(flags.freshness()).toMatchObject({ state: "offline" });
    expect(flags.freshness().problem).toContain("ENOENT");
    mkdirSync(join(folder, "later"));
    await writeFile(join(folder, "later/flags.json"), json("pam.chat"));
    await expect.poll(() => valueOf(flags, "pam.chat"), SOON).toBe("on");
  });
});

describe("a listener", () => {
  test("hears of each real change once and of none after it left", async () => {
    await writeFile(path, json("pam.chat"));
    const flags = open();
    let changes = 0;
    const leave = flags.onChange(() => {
      changes += 1;
    });
    await writeFile(path, "not JSON");
    await expect.poll(() => flags.freshness().state, SOON).toBe("stale");
    await writeFile(path, `${json("pam.chat")}\n`);
    await expect.poll(() => flags.freshness().state, SOON).toBe("fresh");
    expect(changes).toBe(0);
    await writeFile(path, json("pam.ws"));
    await expect.poll(() => valueOf(flags, "pam.ws"), SOON).toBe("on");
    expect(changes).toBe(1);
    leave();
    await writeFile(path, json("pam.tts"));
    await expect.poll(() => valueOf(flags, "pam.tts"), SOON).toBe("on");
    expect(changes).toBe(1);
  });

  test("that throws does not keep the others from hearing", async () => {
    await writeFile(path, json("pam.chat"));
    const flags = open();
    flags.onChange(() => {
      throw new TypeError("listener");
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    flags.onChange(resolve);
    await writeFile(path, json("pam.ws"));
    await promise;
    expect(lines).toMatchObject([{ level: "error", fields: { error: "listener" } }]);
  });
});

test("closed flags keep answering from what they hold and take no notice of the file", async () => {
  await writeFile(path, json("pam.chat"));
  const flags = open();
  const watcher = open();
  await flags.close();
  await flags.close();
  await writeFile(path, json("pam.ws"));
  await expect.poll(() => valueOf(watcher, "pam.ws"), SOON).toBe("on");
  expect(valueOf(flags, "pam.chat")).toBe("on");
  expect(valueOf(flags, "pam.ws")).toBe("absent");
});
