import { readdirSync, readFileSync } from "node:fs";

/** Linux counts in hundredths of a second (`getconf CLK_TCK`). */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4_096;

interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** `man 5 proc_pid_stat`: the name in parentheses may hold blanks, so what follows is counted from its end. */
function readEntry(pid: number): ProcessEntry | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return {
      pid,
      parentPid: Number(fields[1]),
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
      residentBytes: Number(fields[21]) * PAGE_BYTES,
    };
  } catch {
    // It ended between the listing and the reading.
    return undefined;
  }
}

function treeOf(root: number): readonly ProcessEntry[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((name) => readEntry(Number(name)) ?? []);
  const found = new Set([root]);
  for (let grown = true; grown;) {
    grown = false;
    for (const { pid, parentPid } of all) {
      if (!found.has(parentPid) || found.has(pid)) continue;
      found.add(pid);
      grown = true;
    }
  }
  return all.filter(({ pid }) => found.has(pid));
}

/** User and system time of a process and its children so far, in seconds, to 10 ms. */
export function readCpuSeconds(pid: number): number {
  return treeOf(pid).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

/** The same of each of them alone, by pid. */
export const readCpuSecondsByProcess = (pid: number): ReadonlyMap<number, number> =>
  new Map(treeOf(pid).map((entry) => [entry.pid, entry.cpuSeconds]));

/** What a process and its children hold in memory, in bytes. */
export function readResidentBytes(pid: number): number {
  return treeOf(pid).reduce((sum, { residentBytes }) => sum + residentBytes, 0);
}

/** Watches memory while a task runs; gives the highest reading in bytes. */
export async function peakResidentBytes(pid: number, task: () => Promise<void>): Promise<number> {
  let peak = readResidentBytes(pid);
  const timer = setInterval(() => {
    peak = Math.max(peak, readResidentBytes(pid));
  }, 20);
  try {
    await task();
  } finally {
    clearInterval(timer);
  }
  return Math.max(peak, readResidentBytes(pid));
}
