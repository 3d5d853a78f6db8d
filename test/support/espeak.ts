import { existsSync } from "node:fs";
import { chmod, mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { env } from "node:process";

/** Why the real program cannot be used here; `undefined` where it can. */
export function espeakProblem(): string | undefined {
  const folders = (env["PATH"] ?? "").split(delimiter);
  const isThere = folders.some((folder) => existsSync(join(folder, "espeak-ng")));
  return isThere ? undefined : "espeak-ng is not on the path";
}

export interface FakeProgram extends AsyncDisposable {
  readonly file: string;
}

/** An executable that runs these lines of shell. */
export async function createFakeProgram(...lines: readonly string[]): Promise<FakeProgram> {
  const folder = await mkdtempDisposable(join(tmpdir(), "banyan-program-"));
  const file = join(folder.path, "program");
  await writeFile(file, ["#!/bin/sh", ...lines, ""].join("\n"));
  await chmod(file, 0o755);
  return { file, [Symbol.asyncDispose]: async () => folder.remove() };
}
