import { expect, test } from "vitest";

import { reachOf } from "#support/import-reach.ts";

test("what banyan/policy gives reaches nothing of Node, and no SDK", () => {
  const { files, packages, nodeUsers } = reachOf("src/pam/policy.ts");
  expect(files).toContain("src/pam/providers/run-chain.ts");
  expect(files).toContain("src/platform/resilience/phases.ts");
  expect(packages).toEqual(["eventsource-parser/stream", "zod"]);
  expect(nodeUsers).toEqual([]);
});

test.each(["supabase/functions/pam-chat/index.ts", "netlify/functions/pam-chat.ts"])(
  "the edge function %s reaches nothing of Node",
  (path) => {
    const { packages, nodeUsers } = reachOf(`examples/edge/${path}`);
    expect(packages).toEqual(["banyan/policy", "banyan/tools", "jose", "zod"]);
    expect(nodeUsers).toEqual([]);
  },
);
