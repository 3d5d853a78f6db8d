import type { Terminal } from "#cli/terminal.ts";
import { isFailed } from "#contract-suite/report/verdict.ts";
import type { Progress } from "#contract-suite/verify.ts";

const BAR_WIDTH = 30;
const LINES = 5;

/** Says how far a run is: a bar that redraws itself on a terminal, a few plain lines elsewhere. */
export function createProgress({
  say,
  isInteractive = false,
}: Pick<Terminal, "say" | "isInteractive">): Progress {
  let total = 0;
  let done = 0;
  let failed = 0;

  const figures = (): string => `${done} of ${total} cases, ${failed} differ`;

  function draw(): void {
    const filled = Math.round((done / total) * BAR_WIDTH);
    say(`\r[${"#".repeat(filled)}${"-".repeat(BAR_WIDTH - filled)}] ${figures()}`);
    if (done === total) say("\n");
  }

  function print(): void {
    const step = Math.ceil(total / LINES);
    if (done % step === 0 || done === total) say(`${figures()}\n`);
  }

  return {
    start(cases) {
      total = cases;
    },
    result(result) {
      done += 1;
      if (isFailed(result)) failed += 1;
      if (isInteractive) draw();
      else print();
    },
  };
}
