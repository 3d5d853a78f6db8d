/** @import { VNode } from "preact" */
import htm from "htm";
import { h } from "preact";

/**
 * Elements from templates. What stands in `${…}` is never read as HTML.
 * @type {(strings: TemplateStringsArray, ...values: unknown[]) => VNode}
 */
// @ts-expect-error -- the package's types are for its file for Node, whose default export is an object
export const html = htm.bind(h);
