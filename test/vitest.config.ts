import { defineConfig } from "vitest/config";

/** e2e starts whole processes and servers: one file at a time, when the quick ones are through. */
const SLOW = {
  testTimeout: 60_000,
  hookTimeout: 120_000,
  fileParallelism: false,
  sequence: { groupOrder: 1 },
} as const;
const QUICK = { testTimeout: 15_000, hookTimeout: 15_000 } as const;

const ROOT = `${import.meta.dirname}/..`;

/** The examples import the package by its name; here that is the source. */
const alias = {
  "banyan/policy": `${ROOT}/src/pam/policy.ts`,
  "banyan/tools": `${ROOT}/src/pam/tools/door.ts`,
};

export default defineConfig({
  test: {
    root: ROOT,
    projects: ["unit", "integration", "contract", "e2e"].map((name) => ({
      resolve: { alias },
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        environment: "node",
        ...(name === "e2e" ? SLOW : QUICK),
      },
    })),
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts", "contracts/**/*.ts"],
      exclude: ["src/main.ts"],
      reporter: ["text-summary", "json-summary"],
      thresholds: { lines: 95, branches: 90 },
    },
  },
});
