import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

const manifest = z.object({ version: z.string() });

/** The commit of a checkout, marked where files differ from it; of an installed package its version. */
export function readBuild(root: string): string {
  const text = readFileSync(join(root, "package.json"), "utf8");
  const version = `v${manifest.parse(JSON.parse(text)).version}`;
  // Without this an installed package would report the commit of the project that installed it.
  if (!existsSync(join(root, ".git"))) return version;
  try {
    const commit = ["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"];
    return execFileSync("git", ["-C", root, ...commit], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return version;
  }
}
