/** @import { RouteDetails } from "../../route-details.ts" */
/** @import { RouteRow } from "../../route-row.ts" */
import { toAgo, toCount } from "../format.js";
import { html } from "../html.js";

/** @param {{ checklist: NonNullable<RouteRow["census"]>["checklist"], isDeletable: boolean }} props */
const Checklist = ({ checklist, isDeletable }) =>
  html`<p>
      ${isDeletable ? "Its legacy side can be deleted." : "Its legacy side cannot be deleted yet."}
    </p>
    <ul class="checklist">
      ${checklist.map(
        ({ name, isDone, sentence }) =>
          html`<li key=${name} data-done=${String(isDone)}>
            <span class="visually-hidden">${isDone ? "Done: " : "Open: "}</span>${sentence}
          </li>`,
      )}
    </ul>`;

/** @param {number | null} atMs */
const toLast = (atMs) => (atMs === null ? "never" : toAgo(atMs));

/**
 * Who still uses the legacy side, and with what.
 * @param {{ details: RouteDetails, route: RouteRow }} props
 */
export function CensusView({ details, route }) {
  const clients = details.census?.clients ?? [];
  return html`${
      route.census === null
        ? html`<p class="notice">
            Nothing was counted yet. The census writes down what it saw every ten seconds.
          </p>`
        : html`<${Checklist} ...${route.census} />`
    }
    <h3>On legacy</h3>
    ${
      clients.length === 0
        ? html`<p class="notice">No client has used the legacy side since the count began.</p>`
        : html`<table class="readings">
            <thead>
              <tr>
                <th scope="col">Client</th>
                <th scope="col">Hits</th>
                <th scope="col">Last</th>
                <th scope="col">Parameters and frames</th>
              </tr>
            </thead>
            <tbody>
              ${clients.map(
                ({ client, hits, lastSeenMs, names }) =>
                  html`<tr key=${client}>
                    <th scope="row">${client}</th>
                    <td>${toCount(hits)}</td>
                    <td>${toLast(lastSeenMs)}</td>
                    <td>
                      ${names.map(({ name, hits: of }) => `${name} (${toCount(of)})`).join(", ") || "none"}
                    </td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }`;
}
