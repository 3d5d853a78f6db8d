import { availableParallelism, loadavg } from "node:os";

import { postgresProblem, startPostgres } from "#support/postgres.ts";
import { redisProblem, startRedis } from "#support/redis-server.ts";

import { readCpuSecondsByProcess } from "../harness/process-usage.ts";
import { startCheapUpstream } from "../load/cheap-upstream.ts";
import { findThroughput } from "../load/throughput.ts";
import { LEGACY_FLAGS, startBanyan } from "../variants/banyan.ts";
import { shuffled, type Measure } from "./measure.ts";

const SECONDS = 3;
const WARM_UP_SECONDS = 1;

/** Processors for what is measured: as many as there are workers, where the machine has them. */
const PROCESSORS = Math.min(2, availableParallelism());

/** What each process took between two readings, in seconds. */
const spentBetween = (
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
): readonly number[] => [...after].map(([pid, seconds]) => seconds - (before.get(pid) ?? 0));

/**
 * One process against a primary with two workers, in the same rounds. Nothing is kept on a processor, so load and
 * upstream take their part of them, and twice the throughput cannot be seen on two. What is judged is therefore what
 * the processes would carry with the processors to themselves: they are full once the busiest of them has used up one,
 * or all together have used up both.
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
      const before = readCpuSecondsByProcess(banyan.pid);
      // oxlint-disable-next-line no-await-in-loop -- one load at a time
      const perSecond = await throughput.measure(banyan.port, SECONDS);
      const spent = spentBetween(before, readCpuSecondsByProcess(banyan.pid));
      const requests = perSecond * SECONDS;
      const cpuSeconds = spent.reduce((sum, seconds) => sum + seconds, 0);
      readings.add("workers.rps", name, perSecond);
      readings.add("workers.cpu", name, (cpuSeconds / requests) * 10_000);
      const fullSeconds = Math.max(...spent, cpuSeconds / PROCESSORS);
      readings.add("workers.capacity", name, requests / fullSeconds);
      readings.add("workers.load", name, loadavg()[0] ?? Number.NaN);
    }
    say(`workers: round ${round + 1} of ${rounds}`);
  }
};
