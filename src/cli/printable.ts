/** What came from elsewhere as a terminal may show it: on one line, and without what would steer the terminal. */
export function toPrintable(text: string, mostCharacters = 80): string {
  const line = text.replaceAll(/\p{Cc}/gu, "�");
  return line.length > mostCharacters ? `${line.slice(0, mostCharacters - 1)}…` : line;
}

/** A moment, given in milliseconds since the epoch, to the minute. */
export function toMoment(atMs: number | null): string {
  return atMs === null
    ? "never"
    : `${new Date(atMs).toISOString().slice(0, 16).replace("T", " ")}Z`;
}
