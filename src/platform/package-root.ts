import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The folder that holds Banyan's own package.json, whether the code runs from `src/` or from `dist/`.
 * `dist/package.json` has no flags file beside it, which is how the two are told apart.
 */
export function packageRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "flags.json"))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new TypeError("Cannot find Banyan's own folder: no flags.json above");
    folder = parent;
  }
  return folder;
}
