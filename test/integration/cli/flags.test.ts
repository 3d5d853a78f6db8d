import { mkdtempDisposableSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { runCommand } from "#support/run-command.ts";

async function setIn(file: string): Promise<readonly [status: number, said: string]> {
  const { status, said } = await runCommand(["flags", "set", "pam.chat", "on", "--file", file]);
  return [status, said];
}

describe("flags set", () => {
  test.each(["-5%", "-5", "101%", "33.5%", "ON", ""])(
    "%j is told what a share is",
    async (value) => {
      const { status, said } = await runCommand(["flags", "set", "pam.chat", value]);
      expect(status).toBe(2);
      expect(said).toContain("Expected on, off, or a share from 0% to 100% without decimals");
    },
  );

  test("an option that is none is not taken for one", async () => {
    const { status, said } = await runCommand(["flags", "set", "pam.chat", "on", "--fiel", "x"]);
    expect([status, said]).toEqual([2, expect.stringContaining("pam.chat, on, --fiel, x")]);
  });

  test.each(["", "pam chat", "-pam"])(
    "a flag cannot be called %j, which would leave a file that cannot be read",
    async (name) => {
      using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
      const file = join(folder.path, "flags.json");
      const { status, said } = await runCommand(["flags", "set", name, "on", "--file", file]);
      expect([status, said]).toEqual([2, expect.stringContaining("Expected a name of letters")]);
      expect(() => readFileSync(file)).toThrow("ENOENT");
    },
  );

  test("a share of nobody is told as one, when it is set and when it is listed", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
    const FLAGS_FILE = join(folder.path, "flags.json");
    const set = await runCommand(["flags", "set", "pam.chat", "0%"], { FLAGS_FILE });
    expect(set.printed).toBe(`pam.chat is on for nobody (0 %) in ${FLAGS_FILE}\n`);
    const { printed } = await runCommand(["flags"], { FLAGS_FILE });
    expect(printed).toMatch(/^pam\.chat +on +0 % by userId in group pam$/mu);
  });

  test("a file that cannot be read or written is named", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
    const broken = join(folder.path, "broken.json");
    writeFileSync(broken, "{");
    expect(await setIn(broken)).toEqual([
      2,
      `banyan: Nothing was changed in ${broken}: Cannot read the flags as JSON: line 1, column 2: close brace expected\n`,
    ]);
    expect(await setIn(folder.path)).toEqual([
      2,
      expect.stringContaining(`banyan: Nothing was changed in ${folder.path}: EISDIR`),
    ]);
    const nowhere = join(folder.path, "no/flags.json");
    expect(await setIn(nowhere)).toEqual([
      2,
      `banyan: Cannot write ${nowhere}: there is no such folder\n`,
    ]);
    expect(await setIn("")).toEqual([2, expect.stringContaining("Expected a file.")]);
    expect(readFileSync(broken, "utf8")).toBe("{");
  });

  test.each([
    [true, "the file counts only until it has answered"],
    [false, "the file is not read"],
  ])("where a server has the say, that is said (FLAGS_FILE is set: %j)", async (isSet, note) => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
    const file = join(folder.path, "flags.json");
    const { said } = await runCommand(["flags", "set", "pam.chat", "on", "--file", file], {
      UNLEASH_URL: "http://127.0.0.1:9/api",
      UNLEASH_TOKEN: "default:development.secret",
      ...(isSet && { FLAGS_FILE: file }),
    });
    expect(said).toContain(`Banyan follows that server, and ${note}`);
  });
});

describe("flags", () => {
  test("a word that is no command of it is named, with those that are", async () => {
    const { status, said } = await runCommand(["flags", "get", "pam.chat"]);
    expect([status, said]).toEqual([2, "banyan: flags has no command get: there are list, set\n"]);
  });

  test("a file that cannot be read is not taken for one without flags", async () => {
    const { status, printed } = await runCommand(["flags"], { FLAGS_FILE: "/nowhere/flags.json" });
    expect([status, printed]).toEqual([
      1,
      expect.stringMatching(/^No flag can be read: everything goes to legacy\.\n\n.*\/nowhere/u),
    ]);
  });
});
