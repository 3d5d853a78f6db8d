import { describe, expect, test } from "vitest";

import { runCommand } from "#support/run-command.ts";

const OUT = ["--out", "nowhere"];
const TARGET = ["--target", "http://127.0.0.1:9"];
/** Every command line that takes a URL, up to that. */
const BASES: readonly (readonly string[])[] = [
  ["verify", "--target"],
  ["verify", ...TARGET, "--against"],
  ["drift", "--target"],
  ["record", ...OUT, "--upstream"],
];
const ADMINS: readonly (readonly string[])[] = [
  ["verify", ...TARGET, "--report"],
  ["drift", "--live"],
  ["census", "--admin"],
];

describe.each([...BASES, ...ADMINS])("%s %s", (...given) => {
  test.each([
    ["a query", "http://127.0.0.1:9/?x=1", "no query and no fragment"],
    ["a fragment", "http://127.0.0.1:9/#x", "no query and no fragment"],
    ["credentials", "http://ada:secret@127.0.0.1:9", "no user name and no password"],
    ["another protocol", "ftp://127.0.0.1:9", "Expected http://host:port or https://host:port"],
    ["no protocol", "127.0.0.1:9", "Expected http://host:port or https://host:port"],
  ])("a URL with %s is refused", async (_, url, why) => {
    const { status, said } = await runCommand([...given, url]);
    expect([status, said]).toEqual([2, expect.stringContaining(why)]);
  });
});

test.each(ADMINS)("%s %s: an admin listener has no path, and none is dropped", async (...given) => {
  const { status, said } = await runCommand([...given, "http://127.0.0.1:9/banyan"]);
  expect([status, said]).toEqual([2, expect.stringContaining("An admin listener has no path")]);
});

test.each([
  ["http://127.0.0.1:9", "Expected ws://host:port or wss://host:port"],
  ["ws://127.0.0.1:9/?x=1", "no query and no fragment"],
])("sockets have a base of their own, by the same rules: %s", async (url, why) => {
  const { status, said } = await runCommand(["verify", ...TARGET, "--ws", url]);
  expect([status, said]).toEqual([2, expect.stringContaining(why)]);
});

describe("drift", () => {
  test.each(["target", "ws", "side", "recordings", "concern"])(
    "what shadowing found has no --%s",
    async (name) => {
      const values: Readonly<Record<string, string>> = { side: "native", ws: "ws://127.0.0.1:9" };
      const value = values[name] ?? "http://127.0.0.1:9";
      const live = ["drift", "--live", "http://127.0.0.1:9"];
      const { status, said } = await runCommand([...live, `--${name}`, value]);
      expect([status, said]).toEqual([2, expect.stringContaining("cannot be used with option")]);
    },
  );

  test("an example is one of what shadowing found", async () => {
    const { status, said } = await runCommand([
      "drift",
      ...TARGET,
      "--accept",
      "1",
      "--as",
      "case",
    ]);
    expect([status, said]).toEqual([2, "banyan: --accept and --as go with --live\n"]);
  });
});
