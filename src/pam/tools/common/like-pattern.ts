/** A pattern for `ilike` that finds the text anywhere, its own wildcards taken as letters. */
export function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/gu, String.raw`\$&`)}%`;
}
