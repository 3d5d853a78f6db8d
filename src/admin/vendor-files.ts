import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

import { Router } from "express";

/** Where installed packages are, whether Banyan runs from its own folder or from another project's. */
const { resolve } = createRequire(import.meta.url);

/** Each is one file of a package as published: nothing is built, and nothing comes from elsewhere. */
const FILES: Readonly<Record<string, () => string>> = {
  "preact.js": () => resolve("preact"),
  "preact-hooks.js": () => resolve("preact/hooks"),
  // The package's main file is for Node; the module for browsers stands beside it.
  "htm.js": () => join(dirname(resolve("htm")), "htm.module.js"),
  "uplot.js": () => resolve("uplot/dist/uPlot.esm.js"),
  "uplot.css": () => resolve("uplot/dist/uPlot.min.css"),
};

/** The libraries of the dashboard, at fixed names. Throws where one is not installed. */
export function createVendorFiles(): Router {
  const router = Router();
  for (const [name, locate] of Object.entries(FILES)) {
    const path = locate();
    router.get(`/${name}`, (_request, response, next) => {
      response.type(name);
      // Its own folder is the root, so that a dot in the folders above it hides nothing.
      response.sendFile(basename(path), { root: dirname(path), cacheControl: false }, (error) => {
        if (error !== undefined && error !== null && !response.headersSent) next(error);
      });
    });
  }
  return router;
}
