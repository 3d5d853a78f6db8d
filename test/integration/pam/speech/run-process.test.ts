import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { type ProcessRun, runProcess } from "#pam/speech/run-process.ts";
import { SpeechError } from "#pam/speech/sound.ts";
import { createFakeProgram } from "#support/espeak.ts";
import { until } from "#support/until.ts";

const run = async (file: string, more: Partial<ProcessRun> = {}): Promise<Buffer> =>
  runProcess({
    file,
    args: [],
    input: "",
    maxOutputBytes: 1_024,
    signal: AbortSignal.timeout(10_000),
    ...more,
  });

test("what a program reads and writes passes unchanged, and no shell sees its arguments", async () => {
  await using program = await createFakeProgram('printf "%s|" "$@"', "cat");
  const output = await run(program.file, { args: ["$(id)", "; ls", "a b"], input: "Ünï $(id)" });
  expect(output.toString()).toBe("$(id)|; ls|a b|Ünï $(id)");
});

test("a program that fails is a failure with its own words", async () => {
  await using program = await createFakeProgram("echo no such voice >&2", "exit 3");
  await expect(run(program.file)).rejects.toThrow(/program ended with 3: no such voice$/u);
});

test("a program that is not there is a failure", async () => {
  await expect(run("/nowhere/program")).rejects.toThrow(SpeechError);
  await expect(run("/nowhere/program")).rejects.toThrow(
    "cannot be run: spawn /nowhere/program ENOENT",
  );
});

test("a program that does not read its input to the end may still succeed", async () => {
  await using program = await createFakeProgram("echo done");
  const output = await run(program.file, { input: "x".repeat(1_000_000) });
  expect(output.toString()).toBe("done\n");
});

test("a program that writes without end is stopped", async () => {
  await using program = await createFakeProgram("exec cat /dev/zero");
  await expect(run(program.file)).rejects.toThrow("The engine gave more than 1024 bytes");
});

/** Node writes the state of a process that was ended and collected nowhere. */
const isGone = async (pid: string): Promise<boolean> =>
  readFile(join("/proc", pid.trim(), "stat"), "utf8").then(
    () => false,
    () => true,
  );

test("a program that hangs is killed with the signal, even where it heeds no other", async () => {
  await using program = await createFakeProgram(
    "trap '' TERM",
    'echo $$ > "$1"',
    "while :; do sleep 0.05; done",
  );
  const pidFile = `${program.file}.pid`;
  const caller = new AbortController();
  const running = run(program.file, { args: [pidFile], signal: caller.signal });
  const pid = await until(async () => readFile(pidFile, "utf8").catch(() => undefined));
  caller.abort(new Error("left"));
  await expect(running).rejects.toThrow("left");
  await until(async () => isGone(pid));
});

test("nothing is started for a caller who has left already", async () => {
  await expect(
    run("/nowhere/program", { signal: AbortSignal.abort(new Error("left")) }),
  ).rejects.toThrow("left");
});
