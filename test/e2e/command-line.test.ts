import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { SETTINGS } from "#platform/config/settings.ts";
import { listen } from "#platform/listen.ts";
import { runBanyan as banyan } from "#support/run-banyan.ts";
import { signToken } from "#support/sign-token.ts";

const COMMANDS = [
  "serve",
  "stand-in",
  "routes",
  "explain",
  "flags",
  "verify",
  "record",
  "drift",
  "census",
  "bench",
];

let folder: string;
let flagsFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "banyan-"));
  flagsFile = join(folder, "flags.json");
  await banyan(["flags", "set", "pam.chat", "30%", "--file", flagsFile]);
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

describe("--help", () => {
  test("names every command and every variable", async () => {
    const { status, printed } = await banyan(["--help"]);
    expect(status).toBe(0);
    for (const command of COMMANDS) {
      expect(printed).toContain(`  ${command}`);
    }
    for (const { name } of SETTINGS) expect(printed).toContain(`  ${name}\n`);
  });

  test.each(COMMANDS)("%s has its own", async (name) => {
    const { status, printed } = await banyan([name, "--help"]);
    expect([status, printed]).toEqual([0, expect.stringContaining(`Usage: banyan ${name}`)]);
  });
});

describe("what cannot run ends with 2 and says why", () => {
  test("an unknown command", async () => {
    const { status, said } = await banyan(["serv"]);
    expect([status, said]).toEqual([2, expect.stringContaining("Did you mean serve?")]);
  });

  test("a configuration with faults, all of them at once", async () => {
    const { status, said } = await banyan(["serve"], { PORT: "x", LOG_LEVEL: "y" });
    expect(status).toBe(2);
    expect(said).toContain('PORT: found "x", expected a whole number from 0 to 65535');
    expect(said).toContain('LOG_LEVEL: found "y"');
  });

  test("a port that is taken", async () => {
    await using server = createServer();
    const { port } = await listen(server, { host: "127.0.0.1", port: 0 });
    const { status, said } = await banyan(["serve"], { PORT: port, ADMIN_PORT: "0" });
    expect(status).toBe(2);
    expect(said).toContain(
      `Cannot listen on 127.0.0.1:${port}: somebody else listens there; choose another port by PORT`,
    );
  });

  test("an evidence file that is none", async () => {
    const { status, said } = await banyan(["serve"], {
      PORT: "0",
      ADMIN_PORT: "0",
      EVIDENCE_FILE: tmpdir(),
    });
    expect(status).toBe(2);
    expect(said).toContain(`Cannot write EVIDENCE_FILE ${tmpdir()}: it is a folder`);
  });
});

describe("routes", () => {
  test("prints one line a route under a head", async () => {
    const { status, printed } = await banyan(["routes"]);
    const lines = printed.trimEnd().split("\n");
    expect([status, lines[0]]).toEqual([
      0,
      expect.stringMatching(/^ID\s+METHOD\s+PATH\s+CONCERN/u),
    ]);
    expect(lines).toHaveLength(89);
    expect(printed).toMatch(
      /chat\.health\s+GET\s+\/api\/v1\/pam\/health\s+chat\s+read\s+yes\s+pam\.chat\.health/u,
    );
  });

  test("prints the same as JSON", async () => {
    const { printed } = await banyan(["routes", "--json"]);
    expect(JSON.parse(printed)).toContainEqual(
      expect.objectContaining({ id: "chat.health", flag: "pam.chat.health", hasNative: true }),
    );
  });
});

describe("explain", () => {
  test("says who decides what, without the token", async () => {
    const token = await signToken({ sub: "somebody" });
    const { status, printed } = await banyan(
      ["explain", "GET", "/api/v1/pam/health", "--token", token],
      { FLAGS_FILE: flagsFile },
    );
    expect(status).toBe(0);
    expect(printed).toContain("chat.health (GET /api/v1/pam/health)");
    expect(printed).toMatch(/flag +pam\.legacy-only = absent/u);
    expect(printed).toMatch(/flag +pam\.chat\.health = absent/u);
    expect(printed).toMatch(/flag +pam\.chat = (on|off)/u);
    expect(printed).toMatch(/decision +(native|legacy), because of concern-flag/u);
    expect(printed).not.toContain(token);
    expect(printed).not.toContain("somebody");
  });

  test("takes a socket's token from its query", async () => {
    const token = await signToken({ sub: "u1" });
    const { printed } = await banyan(
      ["explain", "WS", "/api/v1/pam/ws/u1", "--token", token, "--json"],
      { FLAGS_FILE: flagsFile },
    );
    expect(JSON.parse(printed)).toMatchObject({
      route: { id: "ws.socket", params: { user_id: "u1" } },
      cohort: { kind: "subject" },
    });
  });

  test("a path that cannot be one is refused", async () => {
    const { status, said } = await banyan(["explain", "GET", "no-slash"]);
    const why = 'banyan: Cannot explain: path: Invalid string: must start with "/"\n';
    expect([status, said]).toEqual([2, why]);
  });
});

describe("flags", () => {
  test("set writes a file that list reads", async () => {
    await banyan(["flags", "set", "pam.chat.health", "on"], { FLAGS_FILE: flagsFile });
    const { status, printed } = await banyan(["flags"], { FLAGS_FILE: flagsFile });
    expect(status).toBe(0);
    expect(printed).toMatch(/pam\.chat +on +30 % by userId in group pam/u);
    expect(printed).toContain("pam.chat.health");
    expect(printed).toContain("Source: file, fresh");
    expect(JSON.parse(await readFile(flagsFile, "utf8"))).toMatchObject({ version: 2 });
  });

  test("a source that cannot be read is found out", async () => {
    const { status, printed } = await banyan(["flags"], {
      FLAGS_FILE: join(folder, "nowhere.json"),
    });
    expect(status).toBe(1);
    expect(printed).toContain("nowhere.json");
  });
});
