import type { PythonDict, PythonValue } from "#contracts/validation/python-value.ts";

export type Location = readonly (string | number)[];

/** One item of a 422's `detail`, its keys in the legacy's order. */
export interface Issue {
  readonly type: string;
  readonly loc: Location;
  readonly msg: string;
  readonly input: PythonValue;
  /** What the message was made from; absent where it says nothing more. */
  readonly ctx?: PythonDict;
}

export function toIssueDict({ type, loc, msg, input, ctx }: Issue): PythonDict {
  const dict = new Map<string, PythonValue>([
    ["type", type],
    ["loc", loc],
    ["msg", msg],
    ["input", input],
  ]);
  if (ctx !== undefined) dict.set("ctx", ctx);
  return dict;
}
