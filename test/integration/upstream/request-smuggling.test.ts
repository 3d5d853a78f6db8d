import { describe } from "vitest";

import { ENGINES } from "./engines.ts";
import { describeRequestSmuggling } from "./suite/request-smuggling.ts";

describe.each(ENGINES)("the legacy leg on %s", (_, create) => {
  describeRequestSmuggling(create);
});
