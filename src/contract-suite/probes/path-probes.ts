import type { ExpectedAnswer } from "#contract-suite/compare/answer.ts";
import { expectStatus } from "#contract-suite/probes/judge-request.ts";
import type { Probe } from "#contract-suite/probes/make-probes.ts";
import type { ProbeRequest } from "#contract-suite/probes/probe-request.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] as const;

const ALLOW: ExpectedAnswer["headers"] = new Map([
  ["allow", { kind: "pattern", pattern: "[A-Z]+(, [A-Z]+)*" }],
]);
const LOCATION: ExpectedAnswer["headers"] = new Map([
  ["location", { kind: "pattern", pattern: "https?://[^/]+/.+" }],
]);

/** Outside PAM's own prefix the legacy's CSRF filter refuses whatever could change something. */
const isFiltered = (path: string, method: string): boolean =>
  !path.startsWith("/api/v1/pam") && !["GET", "HEAD", "OPTIONS"].includes(method);

/** Methods and paths beside the route: no row names them. */
export function pathProbes(
  { path, ...sample }: ProbeRequest,
  methods: readonly string[],
): readonly Probe[] {
  const bare = { ...sample, search: "", headers: [], body: undefined };
  const others = METHODS.filter((method) => !methods.includes(method) && !isFiltered(path, method));
  const wrong = others.map((method) => ({
    name: `method-${method.toLowerCase()}`,
    request: { ...bare, path, method },
    expected: expectStatus(405, ALLOW),
    isOutside: true as const,
  }));
  if (isFiltered(path, sample.method)) return wrong;
  return [
    ...wrong,
    {
      name: "a-slash-more",
      request: { ...bare, path: `${path}/` },
      expected: expectStatus(307, LOCATION),
      isOutside: true,
    },
    {
      name: "a-segment-more",
      request: { ...bare, path: `${path}/no-such-segment` },
      expected: expectStatus("refused"),
      isOutside: true,
    },
    {
      name: "in-upper-case",
      request: { ...bare, path: path.toUpperCase() },
      expected: expectStatus("refused"),
      isOutside: true,
    },
  ];
}
