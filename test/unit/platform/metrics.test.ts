import { register } from "prom-client";
import { expect, test } from "vitest";

import { createMetrics } from "#platform/metrics.ts";

async function samples(metrics: ReturnType<typeof createMetrics>, name: string): Promise<string[]> {
  const text = await metrics.render();
  return text.split("\n").filter((line) => line.includes(name));
}

test("a counter shows what its series were given, and keeps it from scrape to scrape", async () => {
  const metrics = createMetrics({ version: "1.2.3" });
  const series = metrics.counter({ name: "hits_total", help: "Hits", labels: ["side"] });
  const legacy = series({ side: "legacy" });
  series({ side: "native" });
  legacy.add();
  series({ side: "legacy" }).add(2);
  const expected = [
    "# HELP hits_total Hits",
    "# TYPE hits_total counter",
    'hits_total{side="legacy"} 3',
    'hits_total{side="native"} 0',
  ];
  expect(await samples(metrics, "hits_total")).toEqual(expected);
  expect(await samples(metrics, "hits_total")).toEqual(expected);
});

test("a level falls again", async () => {
  const metrics = createMetrics({ version: "1.2.3" });
  const open = metrics.level({ name: "open", help: "Open", labels: [] })({});
  open.add();
  open.add();
  open.add(-1);
  expect(await samples(metrics, "open 1")).toEqual(["open 1"]);
});

test("durations are counted in cumulative buckets up to and with their bound", async () => {
  const metrics = createMetrics({ version: "1.2.3" });
  const series = metrics.durations({ name: "wait_seconds", help: "Wait", labels: ["route"] });
  const route = series({ route: "/a" });
  for (const seconds of [0.005, 0.006, 10, 11]) route.observe(seconds);
  const lines = await samples(metrics, "wait_seconds");
  expect(lines.slice(0, 4)).toEqual([
    "# HELP wait_seconds Wait",
    "# TYPE wait_seconds histogram",
    'wait_seconds_bucket{route="/a",le="0.005"} 1',
    'wait_seconds_bucket{route="/a",le="0.01"} 2',
  ]);
  expect(lines.slice(-4)).toEqual([
    'wait_seconds_bucket{route="/a",le="10"} 3',
    'wait_seconds_bucket{route="/a",le="+Inf"} 4',
    'wait_seconds_sum{route="/a"} 21.011',
    'wait_seconds_count{route="/a"} 4',
  ]);
});

test("a reading is taken at each scrape, and nothing read is no value", async () => {
  const metrics = createMetrics({ version: "1.2.3" });
  let age: number | undefined = 4;
  metrics.reading({ name: "age_seconds", help: "Age", labels: [] }, () =>
    age === undefined ? [] : [{ labels: {}, value: age }],
  );
  expect(await samples(metrics, "age_seconds 4")).toEqual(["age_seconds 4"]);
  age = undefined;
  expect(await samples(metrics, "age_seconds")).toEqual([
    "# HELP age_seconds Age",
    "# TYPE age_seconds gauge",
  ]);
});

test("the build and the process are shown from a registry of its own", async () => {
  const text = await createMetrics({ version: "1.2.3" }).render();
  expect(text).toContain(`banyan_build_info{version="1.2.3",node="${process.version}"} 1`);
  expect(text).toContain("process_cpu_user_seconds_total");
  expect(text).toContain("nodejs_eventloop_lag_p99_seconds");
  expect(register.getMetricsAsArray()).toEqual([]);
});
