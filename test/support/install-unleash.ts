import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const FOLDER = join(import.meta.dirname, "unleash");

/** The file that Node runs as the server. */
export const UNLEASH_ENTRY = join(FOLDER, "node_modules/unleash-server/dist/server.js");

/**
 * Installs unleash-server from the lock file in `unleash/`, where it is missing. It installs in a folder of its
 * own and renames, so that workers that do so at the same time do not meet.
 */
export async function installUnleash(): Promise<void> {
  if (existsSync(UNLEASH_ENTRY)) return;
  const draft = await mkdtemp(join(FOLDER, ".install-"));
  try {
    await Promise.all(
      ["package.json", "package-lock.json"].map(async (file) =>
        cp(join(FOLDER, file), join(draft, file)),
      ),
    );
    await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: draft });
    await rename(join(draft, "node_modules"), join(FOLDER, "node_modules"));
  } catch (error) {
    // Another worker may have been first.
    if (!existsSync(UNLEASH_ENTRY)) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
