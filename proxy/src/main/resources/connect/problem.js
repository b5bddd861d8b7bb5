/** The way back to the application, where the server knows none but this tab does: it began there. */
import { BACK, el } from "./parts.js";

const actions = document.querySelector(".actions");
if (actions.childElementCount === 0) {
  try {
    const way = JSON.parse(sessionStorage.getItem(BACK));
    actions.append(el("a", { class: "button", href: way.url, rel: "noreferrer" }, actions.dataset.back));
  } catch {
    // there is none
  }
}
