import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One hash over the name and the bytes of every contract file under `folder`: it changes when any of them does. */
export function contractDigest(folder: string): string {
  const names = globSync("**/*.{ts,json,jsonl}", { cwd: folder }).toSorted();
  const digest = createHash("sha256");
  for (const name of names) {
    const bytes = readFileSync(join(folder, name));
    digest.update(`${name.replaceAll("\\", "/")}\n${bytes.length}\n`).update(bytes);
  }
  return digest.digest("hex");
}
