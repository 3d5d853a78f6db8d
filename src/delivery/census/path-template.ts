const MOST_SEGMENTS = 8;
/** What a name in a path looks like: letters, and a version. Anything else may be an id, a person or a token. */
const NAME = /^(?:[A-Za-z][A-Za-z_.-]{0,30}|v\d{1,2})?$/u;

/** A path that no row names, with `{id}` for every segment that could be one: few templates for any number of ids. Pure. */
export function toPathTemplate(path: string): string {
  const segments = path.split("/");
  const names = segments
    .slice(0, MOST_SEGMENTS + 1)
    .map((segment) => (NAME.test(segment) ? segment : "{id}"));
  return names.join("/") + (segments.length > MOST_SEGMENTS + 1 ? "/…" : "");
}
