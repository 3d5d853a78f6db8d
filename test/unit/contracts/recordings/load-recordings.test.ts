import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { loadRecordings, RecordingError } from "#contracts/recordings/load-recordings.ts";
import { packageRoot } from "#platform/package-root.ts";

const SHIPPED = join(packageRoot(), "contracts", "recordings");

describe("the shipped recordings", () => {
  const recordings = loadRecordings(SHIPPED);

  test("are read whole, in both kinds", () => {
    expect(recordings.http).toHaveLength(1189);
    expect(recordings.ws).toHaveLength(91);
  });

  test("keep header order, repeated names and spelling", () => {
    const happy = recordings.http.find(({ id }) => id === "chat/happy");
    const names = happy?.response.headers.filter((_, index) => index % 2 === 0);
    expect(names?.slice(0, 3)).toEqual(["date", "server", "content-length"]);
    expect(names?.filter((name) => name === "server")).toHaveLength(2);
    expect(happy?.response.headers.some((item) => item.startsWith("@"))).toBe(false);
  });

  test("keep the order of a sequence", () => {
    const ids = recordings.http
      .filter(({ sequence }) => sequence === "limit.voice")
      .map(({ id }) => id);
    expect(ids.slice(0, 3)).toEqual(["limit.voice/001", "limit.voice/002", "limit.voice/003"]);
  });

  test("hold no signed token", () => {
    const texts = JSON.stringify(recordings);
    expect(texts).not.toMatch(/eyJ[\w-]+\.eyJ/);
  });
});

describe("a bad line is named by file, line and field", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "recordings-"));
    cpSync(SHIPPED, folder, { recursive: true });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function loadWith(edit: (line: string) => string): unknown {
    const file = join(folder, "http", "cache.jsonl");
    const lines = readFileSync(file, "utf8").split("\n");
    lines[0] = edit(lines[0] ?? "");
    writeFileSync(file, lines.join("\n"));
    try {
      return loadRecordings(folder);
    } catch (error) {
      return error;
    }
  }

  test.each([
    {
      fault: "a status that is none",
      find: /"status":\d+/,
      put: '"status":7',
      field: "response.status",
    },
    { fault: "a field that does not exist", find: /"title":/, put: '"tittle":', field: "title" },
    {
      fault: "an unknown kind of volatile value",
      find: /\}$/,
      put: ',"volatile":{"/x":"moody"}}',
      field: "volatile./x",
    },
    {
      fault: "a relative target",
      find: /"target":"\//,
      put: '"target":"',
      field: "request.target",
    },
    {
      fault: "an unexplained token",
      find: /\{\{token:[^}]+\}\}/,
      put: "{{token:x}}",
      field: "request",
    },
    {
      fault: "an unknown environment",
      find: /"at":/,
      put: '"environment":"mars","at":',
      field: "environment",
    },
    {
      fault: "an odd header list",
      find: /"headers":\["date",/,
      put: '"headers":[',
      field: "response.headers",
    },
  ])("$fault", ({ find, put, field }) => {
    expect(loadWith((line) => line.replace(find, put))).toMatchObject({
      name: "RecordingError",
      file: "http/cache.jsonl",
      line: 1,
      field,
    });
  });

  test("a line that is no JSON", () => {
    const error = loadWith((line) => line.slice(1));
    expect(error).toBeInstanceOf(RecordingError);
    expect(error).toMatchObject({ file: "http/cache.jsonl", line: 1, field: "" });
    expect(String(error)).toBe(
      "RecordingError: Cannot read recording: http/cache.jsonl:1: not JSON",
    );
  });

  test("an id that is used twice", () => {
    const second = readFileSync(join(folder, "http", "cache.jsonl"), "utf8").split("\n")[1] ?? "";
    expect(loadWith(() => second)).toMatchObject({ line: 2, field: "id" });
  });
});
