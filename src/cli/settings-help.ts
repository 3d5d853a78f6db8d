import { SETTINGS } from "#platform/config/settings.ts";

/** Every environment variable with its meaning, its default and what it expects. */
export function settingsHelp(): string {
  const rows = SETTINGS.map(
    ({ name, meaning, expected, defaultText }) =>
      `  ${name}\n      ${meaning}.\n      Default: ${defaultText}. Expected: ${expected}.`,
  );
  return ["Environment:", ...rows].join("\n");
}
