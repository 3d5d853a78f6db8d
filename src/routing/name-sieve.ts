const LENGTHS = 32;
const LETTERS = 32;

/** Upper and lower case of a letter meet in one slot; other names may meet there, too. */
const toSlot = (length: number, first: number): number =>
  (length % LENGTHS) * LETTERS + (first % LETTERS);

/**
 * Finds out, without making anything, that a name of a header is in no list: nearly every header of a message is in
 * none, and its length and first letter tell. False only where the name is, in whatever case, none of `names` and begins
 * with none of `prefixes`; both are in lower case.
 */
export function createNameSieve(
  names: Iterable<string>,
  prefixes: Iterable<string>,
): (name: string) => boolean {
  const slots = new Uint8Array(LENGTHS * LETTERS);
  for (const name of names) slots[toSlot(name.length, name.charCodeAt(0))] = 1;
  for (const prefix of prefixes) {
    for (let length = 0; length < LENGTHS; length += 1) {
      slots[toSlot(length, prefix.charCodeAt(0))] = 1;
    }
  }
  return (name) => slots[toSlot(name.length, name.charCodeAt(0))] === 1;
}
