import { existsSync } from "node:fs";

import { type Browser, chromium } from "playwright-core";

const EXECUTABLE = "/usr/bin/chromium";

/** Why no browser can be opened here; `undefined` where it can. */
export const browserProblem = (): string | undefined =>
  existsSync(EXECUTABLE) ? undefined : `no Chromium at ${EXECUTABLE}`;

/** Debian's Chromium, without anything that calls home. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
