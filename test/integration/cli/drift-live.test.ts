import { expect, test } from "vitest";

import { openAdminListener } from "#admin/admin-listener.ts";
import { createAdminSide } from "#support/admin-side.ts";
import { plantDrift } from "#support/plant-drift.ts";
import { runCommand } from "#support/run-command.ts";

test("a difference that is too rare to be judged ends with 1, as it counts on the dashboard", async () => {
  const { app, drift } = createAdminSide();
  const listener = await openAdminListener(app, { host: "127.0.0.1", port: 0 });
  try {
    plantDrift(drift, "chat.health");
    // Legacy asked once more: from here on the number of comparisons decides.
    drift.recordBaseline("chat.health", { differences: [], omitted: 0 });
    const { status, printed } = await runCommand(["drift", "--live", listener.url.origin]);
    expect(printed).toContain("undetermined");
    expect(status).toBe(1);
  } finally {
    await listener.close();
  }
});
