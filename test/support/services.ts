import { env, stderr } from "node:process";

/**
 * Says whether the tests of a service are to be skipped: where it cannot be had, for the reason given, which is
 * printed. Where `REQUIRE_SERVICES=1` nothing is skipped: the tests run, and fail.
 */
export function isSkipped(service: string, problem: string | undefined): boolean {
  if (problem === undefined || env["REQUIRE_SERVICES"] === "1") return false;
  stderr.write(`Skipped: the tests against ${service}: ${problem}\n`);
  return true;
}
