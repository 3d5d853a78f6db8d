/** A JSON object in the making: keys and the texts of their values, which need not be valid. */
export type Fields = readonly (readonly [key: string, text: string])[];

export const toObjectText = (fields: Fields): string =>
  `{${fields.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(",")}}`;

/** The same fields with one in another's place, or behind the others where it is new. */
export const withField = (fields: Fields, key: string, text: string): Fields =>
  fields.some(([name]) => name === key)
    ? fields.map(([name, known]) => [name, name === key ? text : known])
    : [...fields, [key, text]];

export const withoutField = (fields: Fields, key: string): Fields =>
  fields.filter(([name]) => name !== key);
