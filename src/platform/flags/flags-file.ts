import { mkdtemp, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { FlagDefinition, FlagsDocument } from "#platform/flags/flags-document.ts";
import { parseFlagsDocument } from "#platform/flags/parse-flags.ts";
import { ROLLOUT_GROUP } from "#platform/flags/sticky-document.ts";

/** Everybody, nobody, or a share of the subjects in per cent. */
export type FlagSetting = "on" | "off" | number;

/** A share of everybody, drawn in the group of all routes. Throws `RangeError` as `setFlag` does. */
export function toRolloutStrategy(percent: number): FlagDefinition["strategies"][number] {
  if (!Number.isInteger(percent) || percent < 0 || percent > 100)
    throw new RangeError(`Cannot set a flag: expected 0 to 100 per cent, whole: found ${percent}`);
  return {
    name: "flexibleRollout",
    parameters: { rollout: String(percent), stickiness: "userId", groupId: ROLLOUT_GROUP },
    constraints: [],
  };
}

/**
 * The document with one flag set; a flag it does not hold is added at the end. `on` and a share put one rollout
 * strategy in place of all others; `off` keeps the strategies and disables the flag. Throws `RangeError` for a
 * share that is no whole number from 0 to 100. Pure.
 */
export function setFlag(
  document: FlagsDocument,
  name: string,
  setting: FlagSetting,
): FlagsDocument {
  const present = document.features.find((flag) => flag.name === name);
  const flag: FlagDefinition = present ?? {
    name,
    type: "release",
    project: "default",
    enabled: false,
    stale: false,
    strategies: [toRolloutStrategy(100)],
    variants: [],
  };
  const next =
    setting === "off"
      ? { ...flag, enabled: false }
      : {
          ...flag,
          enabled: true,
          strategies: [toRolloutStrategy(setting === "on" ? 100 : setting)],
        };
  return {
    ...document,
    features:
      present === undefined
        ? [...document.features, next]
        : document.features.map((each) => (each === present ? next : each)),
  };
}

/** Throws `AppError` FLAGS_INVALID for a broken file, and Node's error for one that cannot be read. */
export async function readFlagsFile(path: string): Promise<FlagsDocument> {
  return parseFlagsDocument(await readFile(path, "utf8"));
}

/** Replaces the file in one step, so that no reader sees half of it. A link stays a link; the mode is kept. */
export async function writeFlagsFile(path: string, document: FlagsDocument): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const mode = await stat(target).then(
    (stats) => stats.mode,
    () => 0o644,
  );
  // In the same folder, because a rename is atomic only within one file system.
  const folder = await mkdtemp(join(dirname(target), ".flags-"));
  try {
    const draft = join(folder, basename(target));
    await using file = await open(draft, "w");
    await file.chmod(mode);
    await file.writeFile(`${JSON.stringify(document, null, 2)}\n`);
    await file.sync();
    await rename(draft, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
