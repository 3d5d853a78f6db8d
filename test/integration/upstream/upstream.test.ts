import { ENGINES } from "./engines.ts";
import { describeUpstream } from "./upstream-suite.ts";

for (const [name, create] of ENGINES) describeUpstream(name, create);
