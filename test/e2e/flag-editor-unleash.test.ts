import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createUnleashFlagEditor, type FlagEditor } from "#platform/flags/index.ts";
import { isSkipped } from "#support/services.ts";
import { startUnleash, unleashProblem, type UnleashServer } from "#support/unleash-server.ts";

describe.skipIf(isSkipped("a real Unleash server", await unleashProblem()))(
  "flags changed in a real Unleash server",
  () => {
    let unleash: UnleashServer;
    let editor: FlagEditor;

    beforeAll(async () => {
      unleash = await startUnleash();
      editor = createUnleashFlagEditor({
        url: unleash.url,
        token: unleash.adminToken,
        clientToken: unleash.clientToken,
        fetch,
      });
    });
    afterAll(async () => unleash[Symbol.asyncDispose]());

    test("a flag is made, rolled out, turned off and on again, and says each time what it was", async () => {
      const changes = [];
      for (const setting of [25, 60, "off", "on"] as const) {
        // oxlint-disable-next-line no-await-in-loop -- one change after the other
        changes.push(await editor.set("pam.chat.health", setting, "ada"));
      }
      expect(changes.map(({ from, to }) => [from, to])).toEqual([
        ["not set", "25 % by userId in group pam"],
        ["25 % by userId in group pam", "60 % by userId in group pam"],
        ["60 % by userId in group pam", "never (disabled)"],
        ["never (disabled)", "always"],
      ]);
    });

    test("clients are told of what was changed", async () => {
      await editor.set("pam.legacy-only", "on", "ada");
      const response = await fetch(`${unleash.url}/client/features`, {
        headers: { authorization: unleash.clientToken },
      });
      expect(JSON.stringify(await response.json())).toContain('"name":"pam.legacy-only"');
    });
  },
);
