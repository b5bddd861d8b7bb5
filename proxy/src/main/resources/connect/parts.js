/** What the pages of this listener have in common. */

const card = document.getElementById("card");
const status = document.getElementById("status");

/** Where the way back to the application is kept, for this page and for the one that an authorization answer ends on. */
export const BACK = "authpipe.back";

/** A token that comes in the fragment, which no server log and no Referer sees; it leaves the address bar at once and stays with the tab. */
export function fromFragment(stored) {
  const given = location.hash.slice(1);
  if (given) {
    history.replaceState(null, "", location.pathname + location.search);
    sessionStorage.setItem(stored, given);
    return given;
  }
  return sessionStorage.getItem(stored);
}

export class Problem extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

export async function post(path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body),
      credentials: "same-origin",
      redirect: "error",
      cache: "no-store",
    });
  } catch {
    throw new Problem("offline");
  }
  let json = {};
  try {
    json = await answer.json();
  } catch {
    throw new Problem("other");
  }
  if (!answer.ok) {
    throw new Problem(json.code ?? "other");
  }
  return json;
}

/** Makes an element. Text is only ever set as text. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick" || key === "onsubmit" || key === "oninput") {
      element.addEventListener(key.slice(2), value);
    } else if (value === true) {
      element.setAttribute(key, "");
    } else if (value !== false && value !== undefined && value !== null) {
      element.setAttribute(key, value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Shows a view in place of the one before. Its heading gets the focus, so that it is read out. */
export function show(title, ...children) {
  showBelow(null, title, ...children);
}

/** The same, with something above the heading. */
export function showBelow(above, title, ...children) {
  const heading = el("h1", { tabindex: "-1" }, title);
  card.replaceChildren(...[above, heading, ...children].filter(Boolean));
  card.setAttribute("aria-busy", "false");
  document.title = title;
  status.textContent = "";
  heading.focus();
}

/**
 * Without words, whether a button works on something. With them, it does from now on, and they are read out; it keeps the focus, which a disabled
 * one would lose. What is returned ends it.
 */
export function busy(button, words) {
  if (!words) {
    return button.getAttribute("aria-disabled") === "true";
  }
  const label = button.textContent;
  button.setAttribute("aria-disabled", "true");
  button.classList.add("busy");
  button.textContent = words;
  status.textContent = words;
  return () => {
    button.removeAttribute("aria-disabled");
    button.classList.remove("busy");
    button.textContent = label;
    status.textContent = "";
  };
}

/** Says what went wrong, where it went wrong. */
export function trouble(sentence, ...actions) {
  return el("div", { class: "trouble", role: "alert" }, el("p", {}, sentence), ...actions);
}

// Another link in the same tab: its fragment alone loads nothing.
addEventListener("hashchange", () => location.reload());

// Back by the browser's own button: the page must be usable again.
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    location.reload();
  }
});
