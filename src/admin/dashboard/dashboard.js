import { render } from "preact";

import { html } from "./html.js";
import { App } from "./parts/app.js";

const page = document.querySelector("#page");
if (page === null) throw new TypeError("The page has no #page");
page.replaceChildren();
render(html`<${App} />`, page);
