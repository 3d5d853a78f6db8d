import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createEngines } from "#pam/speech/index.ts";
import { createManualClock } from "#support/manual-clock.ts";

/** After so long the web client gives up on an answer. */
const CLIENT_WAITS_MS = 10_000;

const engines = createEngines({
  openAi: { apiKey: "sk-made", baseUrl: new URL("https://api.openai.com/v1") },
  fetch,
  clock: createManualClock(),
  createId: () => "",
});

test("the page on speech lists the engines as they are, in the order in which they are tried", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../../docs/speech.md"), "utf8");
  const [, table = ""] = /<!-- engines:.*?-->(.*?)<!-- \/engines -->/su.exec(page) ?? [];
  const rows = table
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.replaceAll(/\s*\|\s*/gu, "|"));
  expect(rows).toEqual(
    engines.map(({ name, quality, cost, isLocal, timeoutMs }) =>
      ["", `\`${name}\``, quality, cost, isLocal ? "no" : "yes", `${timeoutMs} ms`, ""].join("|"),
    ),
  );
});

test("all engines together give up before the web client does", () => {
  const totalMs = engines.reduce((sum, { timeoutMs }) => sum + timeoutMs, 0);
  expect(totalMs).toBeLessThan(CLIENT_WAITS_MS);
});

test("without a key OpenAI is not among them", () => {
  const free = createEngines({
    openAi: undefined,
    fetch,
    clock: createManualClock(),
    createId: () => "",
  });
  expect(free.map(({ name }) => name)).toEqual(["edge", "system"]);
});
