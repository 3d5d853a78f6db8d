import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { systemClock } from "#platform/clock.ts";
import { createFlags, type Flags } from "#platform/flags/index.ts";

import { createLineKeeper } from "./log-lines.ts";

let folder: string;
let flags: Flags | undefined;
const { lines, logger } = createLineKeeper();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "banyan-variants-"));
  lines.length = 0;
});

afterEach(async () => {
  await flags?.close();
  await rm(folder, { recursive: true, force: true });
});

const variant = (name: string, weight = 1000) => ({
  name,
  weight,
  weightType: "variable",
  stickiness: "default",
});
const toAll = { rollout: "100", stickiness: "default", groupId: "pam" };
const rollout = (parameters: object, variants: readonly object[] = []) => ({
  name: "flexibleRollout",
  parameters,
  constraints: [],
  variants,
});

async function open(flag: object): Promise<Flags> {
  const path = join(folder, "flags.json");
  const feature = { name: "pam.edge-auth", enabled: true, ...flag };
  await writeFile(path, JSON.stringify({ version: 2, features: [feature] }));
  flags = createFlags({ source: { kind: "file", path }, clock: systemClock, logger });
  return flags;
}

const subjects = Array.from({ length: 400 }, (_, index) => ({ key: `user-${index}` }));

test("a variant of the flag's strategy is given by its name", async () => {
  const opened = await open({ strategies: [rollout(toAll, [variant("report")])] });
  expect(opened.variantOf("pam.edge-auth", { key: "ada" })).toBe("report");
});

test("a variant of the flag itself is given by its name", async () => {
  const strategies = [{ name: "default" }];
  const opened = await open({ strategies, variants: [variant("enforce")] });
  expect(opened.variantOf("pam.edge-auth", { key: "ada" })).toBe("enforce");
});

test.each([
  ["the flag is off", { enabled: false, strategies: [rollout(toAll, [variant("report")])] }],
  ["its rollout leaves the subject out", { strategies: [rollout({ ...toAll, rollout: "0" }, [])] }],
  ["it has no variants", { strategies: [{ name: "default" }] }],
])("there is no variant where %s", async (_, flag) => {
  const opened = await open(flag);
  expect(opened.variantOf("pam.edge-auth", { key: "ada" })).toBeUndefined();
});

test("a flag that is nowhere has no variant", async () => {
  const opened = await open({ strategies: [] });
  expect(opened.variantOf("pam.other", { key: "ada" })).toBeUndefined();
});

test("shares are drawn by the key, the same for one subject each time", async () => {
  const variants = [variant("report", 500), variant("enforce", 500)];
  const opened = await open({ strategies: [rollout(toAll, variants)] });
  const drawn = subjects.map((subject) => opened.variantOf("pam.edge-auth", subject));
  expect(subjects.map((subject) => opened.variantOf("pam.edge-auth", subject))).toEqual(drawn);
  const enforced = drawn.filter((name) => name === "enforce").length;
  expect(enforced).toBeGreaterThan(subjects.length * 0.35);
  expect(enforced).toBeLessThan(subjects.length * 0.65);
});

test("there is no variant for whom a constraint leaves out", async () => {
  const constraint = { contextName: "userId", operator: "IN", values: ["ada"] };
  const strategy = { ...rollout(toAll, [variant("report")]), constraints: [constraint] };
  const opened = await open({ strategies: [strategy] });
  expect(opened.variantOf("pam.edge-auth", { key: "ada" })).toBe("report");
  expect(opened.variantOf("pam.edge-auth", { key: "bob" })).toBeUndefined();
});
