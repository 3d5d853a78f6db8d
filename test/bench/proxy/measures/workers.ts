import { loadavg } from "node:os";

import { postgresProblem, startPostgres } from "#support/postgres.ts";
import { redisProblem, startRedis } from "#support/redis-server.ts";

import { readCpuSeconds } from "../harness/process-usage.ts";
import { startCheapUpstream } from "../load/cheap-upstream.ts";
import { findThroughput } from "../load/throughput.ts";
import { LEGACY_FLAGS, startBanyan } from "../variants/banyan.ts";
import { shuffled, type Measure } from "./measure.ts";

const SECONDS = 3;
const WARM_UP_SECONDS = 1;

/**
 * Throughput of one process against that of a primary with two workers, in the same rounds. Nothing is kept on a
 * processor, so load and upstream take their part of them: twice as much cannot be reached on two.
 */
export const workers: Measure = async (
  { upstreamPort, folder, isQuick, say, random },
  readings,
) => {
  const problem = redisProblem() ?? postgresProblem();
  if (problem !== undefined) {
    say(`workers: left out: ${problem}`);
    return;
  }
  await using stack = new AsyncDisposableStack();
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  stack.use(redis);
  stack.use(postgres);
  const cheap = await startCheapUpstream(folder);
  if (cheap !== undefined) stack.use(cheap);
  const target = { upstreamPort: cheap?.port ?? upstreamPort, folder };
  const start = async (name: string, count: number) => ({
    name,
    banyan: stack.use(
      await startBanyan(`banyan-workers-${count}`, target, {
        flags: LEGACY_FLAGS,
        environment: {
          WORKERS: String(count),
          REDIS_URL: redis.url,
          DATABASE_URL: `${postgres.url}?sslmode=disable`,
        },
        cpu: undefined,
      }),
    ),
  });
  const variants = [await start("one worker", 1), await start("two workers", 2)];
  const throughput = findThroughput();
  say(`workers: load by ${throughput.by}, upstream by ${cheap === undefined ? "Node" : "nginx"}`);
  for (const { banyan } of variants) {
    // oxlint-disable-next-line no-await-in-loop -- one load at a time
    await throughput.measure(banyan.port, WARM_UP_SECONDS);
  }
  const rounds = isQuick ? 3 : 7;
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, banyan } of shuffled(variants, random)) {
      const before = readCpuSeconds(banyan.pid);
      // oxlint-disable-next-line no-await-in-loop -- one load at a time
      const perSecond = await throughput.measure(banyan.port, SECONDS);
      const cpuSeconds = readCpuSeconds(banyan.pid) - before;
      readings.add("workers.rps", name, perSecond);
      readings.add("workers.cpu", name, (cpuSeconds / (perSecond * SECONDS)) * 10_000);
      readings.add("workers.load", name, loadavg()[0] ?? Number.NaN);
    }
    say(`workers: round ${round + 1} of ${rounds}`);
  }
};
