import { rewriteJson } from "#contracts/recordings/json-values.ts";
import type { RequestDigest } from "#stand-in/rest/recorded-case.ts";

/** What the recorded request said, and what the actual one says in the same place. */
export type Echoes = ReadonlyMap<string, { readonly text: string; readonly name: string }>;

interface Spoken {
  readonly digest: RequestDigest;
  readonly path: string;
}

/**
 * Pairs what two requests say: path, caller, parameters, leaves of the body, complaint about the token.
 * Only pairs that differ are kept, and of a text said twice the first.
 */
export function pairEchoes(recorded: Spoken, actual: Spoken): Echoes {
  const echoes = new Map<string, { text: string; name: string }>();
  const pair = (name: string, was: string | undefined, is: string | undefined): void => {
    if (was === undefined || is === undefined || was === is || was === "" || echoes.has(was))
      return;
    echoes.set(was, { text: is, name });
  };
  pair("path", recorded.path, actual.path);
  pair("sub", subjectOf(recorded.digest), subjectOf(actual.digest));
  pair("message", complaintOf(recorded.digest), complaintOf(actual.digest));
  for (const [name, was] of recorded.digest.parameters) {
    pair(name, was, actual.digest.parameters.get(name));
  }
  for (const [pointer, was] of leavesOf(recorded.digest)) {
    const name = pointer.slice(pointer.lastIndexOf("/") + 1);
    pair(name, unquote(was), unquote(leavesOf(actual.digest).get(pointer)));
  }
  return echoes;
}

/** Shorter texts, such as `Hi` or `1`, would be found in sentences that have nothing to do with them. */
const MIN_PART_LENGTH = 8;

/** Puts what the actual request says in the place of what the recorded one said, in values of a JSON body. */
export function applyEchoes(body: string, echoes: Echoes): string {
  if (echoes.size === 0) return body;
  return rewriteJson(body, (pointer, value) => {
    if (value.startsWith("{") || value.startsWith("[")) return undefined;
    if (!value.startsWith('"')) return echoScalar(pointer, value, echoes);
    const text = String(JSON.parse(value));
    const whole = echoes.get(text);
    if (whole !== undefined) return JSON.stringify(whole.text);
    let changed = text;
    for (const [was, { text: is }] of echoes) {
      if (was.length >= MIN_PART_LENGTH) changed = changed.replaceAll(was, () => is);
    }
    return changed === text ? undefined : JSON.stringify(changed);
  });
}

/** A number is echoed only under the name it was asked by. */
function echoScalar(pointer: string, value: string, echoes: Echoes): string | undefined {
  const echo = echoes.get(value);
  const isNumber = echo !== undefined && /^-?\d+(\.\d+)?$/.test(echo.text);
  return isNumber && pointer.endsWith(`/${echo.name}`) ? echo.text : undefined;
}

const NO_LEAVES: ReadonlyMap<string, string> = new Map();

const leavesOf = ({ body }: RequestDigest): ReadonlyMap<string, string> =>
  body.kind === "json" ? body.leaves : NO_LEAVES;

const unquote = (leaf: string | undefined): string | undefined =>
  leaf?.startsWith('"') === true ? String(JSON.parse(leaf)) : leaf;

const complaintOf = ({ auth }: RequestDigest): string | undefined =>
  auth.kind === "malformed" ? auth.message : undefined;

function subjectOf({ claims }: RequestDigest): string | undefined {
  const subject = claims["sub"];
  return typeof subject === "string" ? subject : undefined;
}
