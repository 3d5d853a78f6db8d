import type { HttpRecording } from "#contracts/recordings/recording.ts";

/** Recordings whose headers stand for a whole kind of answer, on whatever path it is given. */
const TEMPLATES = {
  preflight: "cors/preflight.method.GET",
  "not-found": "route/unknown",
  /** Outside the PAM prefix another filter sets the security headers, in another order. */
  "not-found-outside": "route/v2",
  /** What the second limiter leaves out gets its limits from the first one, further down. */
  "not-found-unlimited": "route/docs",
  "method-not-allowed": "health/405",
  "method-not-allowed-unlimited": "cors/options.plain",
  redirect: "health/slash",
  unauthorized: "chat/noauth",
  forbidden: "debug.profile/noauth",
  invalid: "chat/empty",
  "too-large": "chatx/big11m",
  blocked: "waf/drop",
  failure: "history.get/happy",
} as const;

export type TemplateName = keyof typeof TEMPLATES;

/** Throws a `TypeError` where the recordings lack one of them. */
export function createTemplates(
  recordings: readonly HttpRecording[],
): (name: TemplateName) => HttpRecording {
  const byId = new Map(recordings.map((recording) => [recording.id, recording]));
  const find = (name: TemplateName): HttpRecording => {
    const found = byId.get(TEMPLATES[name]);
    if (found === undefined)
      throw new TypeError(`Cannot stand in: no recording ${TEMPLATES[name]}`);
    return found;
  };
  find("preflight");
  return find;
}
