import { readFileSync } from "node:fs";

import type { Config } from "#platform/config/load-config.ts";
import { AppError, toMessage } from "#platform/errors.ts";
import { type Deprecations, parseDeprecations } from "#routing/deprecation.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

function parse(path: string): Deprecations {
  try {
    return parseDeprecations(readFileSync(path, "utf8"), ROUTE_TABLE);
  } catch (error) {
    const message = `DEPRECATIONS_FILE ${path}: ${toMessage(error)}`;
    throw new AppError("CONFIGURATION_INVALID", message, { cause: error });
  }
}

/**
 * Which routes will not stay, as the file says that the settings name; `undefined` where they name none. Throws
 * `AppError` CONFIGURATION_INVALID: a date that clients plan by is not to be left out in silence.
 */
export function loadDeprecations({ DEPRECATIONS_FILE: path }: Config): Deprecations | undefined {
  return path === undefined ? undefined : parse(path);
}
