import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    projects: ["unit", "integration", "contract", "e2e"].map((name) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        environment: "node",
        testTimeout: name === "e2e" ? 60_000 : 15_000,
        hookTimeout: name === "e2e" ? 120_000 : 15_000,
      },
    })),
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts", "contracts/**/*.ts"],
      exclude: ["src/main.ts"],
      thresholds: { lines: 80 },
    },
  },
});
