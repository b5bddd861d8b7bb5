import { BACK, Problem, busy, el, fromFragment, post, show, showBelow, trouble } from "./parts.js";
import { wear } from "./theme.js";

const language = document.documentElement.lang;
const { strings } = await import(`./strings-${language}.js`);

const SEARCHED_FROM = 7;
/** What trying again may mend, and what only a new page can. */
const PASSING = new Set(["offline", "other", "rate_limited", "provider_unreachable", "store_unavailable", "key_unavailable"]);
const STALE = new Set(["browser_mismatch", "cross_site"]);

const sentence = (problem) => strings.problems[problem.code] ?? strings.problems.other;

function back(view) {
  return el("a", { class: "plain", href: view.cancel_url, rel: "noreferrer" }, strings.cancel(view.application));
}

/** The first letter of a name, as a picture of whoever has none; the name itself is read out. */
function initial(name, kind) {
  const [letter = "?"] = [...new Intl.Segmenter(language).segment(name.trim())].map((part) => part.segment);
  return el("span", { class: `tile ${kind}`, "aria-hidden": "true" }, letter.toLocaleUpperCase(language));
}

function marks(view, theme, provider) {
  const own = theme?.logo ? el("img", { class: "tile", src: theme.logo, alt: "" }) : initial(view.application, "own");
  return el("div", { class: "marks", "aria-hidden": "true" }, own,
    ...(provider ? [el("span", { class: "thread" }), initial(provider, "theirs")] : []));
}

/** Where the person is on the way. */
function steps(view, now, key) {
  const all = view.integrations.length > 1 ? ["choose", "check"] : ["check"];
  if (!key) {
    all.push("agree");
  }
  if (all.length < 2) {
    return null;
  }
  return el("ol", { class: "steps", "aria-label": strings.steps },
    ...all.map((step) => el("li", { "aria-current": step === now ? "step" : null }, strings.step[step])));
}

function choose(view) {
  wear(view.theme);
  const items = view.integrations.map((integration) => ({
    name: integration.provider.toLocaleLowerCase(language),
    element: el("li", {}, el("button", { type: "button", class: "choice", onclick: () => consent(view, integration) },
      initial(integration.provider, "theirs"), el("span", {}, integration.provider))),
  }));
  const count = el("p", { class: "hint", role: "status" });
  const look = (event) => {
    const wanted = event.target.value.trim().toLocaleLowerCase(language);
    const found = items.filter((item) => (item.element.hidden = !item.name.includes(wanted)) === false).length;
    count.textContent = wanted === "" ? "" : strings.found(found);
  };
  const search = items.length < SEARCHED_FROM ? null : el("div", {},
    el("label", { for: "search" }, strings.search),
    el("input", { id: "search", type: "search", autocomplete: "off", spellcheck: "false", oninput: look }), count);
  showBelow(marks(view, view.theme),
    strings.chooseTitle(view.application),
    el("p", { class: "quiet" }, strings.who(view.end_user, view.application)),
    steps(view, "choose"),
    el("p", {}, strings.chooseText),
    search,
    el("ul", { class: "choices" }, ...items.map((item) => item.element)),
    el("div", { class: "actions" }, back(view)),
  );
}

/** Not the attribute "pattern": it is read by stricter rules than the catalog's. The server judges in any case. */
function expression(pattern) {
  try {
    return pattern ? new RegExp(`^(?:${pattern})$`, "u") : null;
  } catch {
    return null;
  }
}

/** A field with what it is called, a hint, and what is wrong with its value once somebody has tried. */
function field(parameter) {
  const id = `field-${parameter.name}`;
  const wrong = el("p", { class: "wrong", id: `${id}-wrong`, hidden: true });
  const input = el("input", {
    id,
    name: parameter.name,
    type: parameter.secret ? "password" : "text",
    required: parameter.required,
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
    maxlength: parameter.max_length,
    "aria-describedby": `${parameter.hint ? `${id}-hint ` : ""}${id}-wrong`,
    value: parameter.value,
  });
  const expected = expression(parameter.pattern);
  const judge = () => {
    const value = input.value.trim();
    const fault = value === "" ? parameter.required && strings.required : expected && !expected.test(value) && strings.pattern;
    wrong.textContent = fault || "";
    wrong.hidden = !fault;
    input.setAttribute("aria-invalid", String(Boolean(fault)));
    return !fault;
  };
  let tried = false;
  input.addEventListener("input", () => tried && judge());
  const look = !parameter.secret ? null : el("button", { type: "button", class: "look", "aria-pressed": "false", onclick: (event) => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    event.currentTarget.setAttribute("aria-pressed", String(shown));
  } }, strings.look);
  return {
    input,
    holds: () => {
      tried = true;
      return judge();
    },
    element: el("div", {}, el("label", { for: id }, parameter.label), el("div", { class: "entry" }, input, look),
      parameter.hint ? el("p", { class: "hint", id: `${id}-hint` }, parameter.hint) : null, wrong),
  };
}

function scopes(view, integration) {
  if (integration.kind === "key") {
    return el("p", {}, strings.key(integration.provider));
  }
  if (integration.scopes.length === 0) {
    return el("p", {}, strings.scopesUnnamed(integration.provider));
  }
  const held = integration.scopes.filter((scope) => scope.granted);
  const asked = integration.scopes.filter((scope) => !scope.granted);
  if (held.length === 0 || asked.length === 0) {
    return listed(strings.scopes(view.application), integration.scopes);
  }
  return el("div", {}, listed(strings.scopesNew(view.application), asked), listed(strings.scopesHeld, held));
}

function listed(title, all) {
  return el("section", {},
    el("h2", {}, title),
    el("ul", { class: "scopes" }, ...all.map((scope) =>
      el("li", {}, scope.description, el("code", {}, scope.name)))));
}

function consent(view, integration) {
  const theme = integration.theme ?? view.theme;
  wear(theme);
  const key = integration.kind === "key";
  const fields = integration.fields.map(field);
  const note = el("div", {});
  const button = el("button", { type: "submit" }, key ? strings.connect : strings.onward(integration.provider));
  const form = el("form", { novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    const wrong = fields.filter((one) => !one.holds());
    if (wrong.length > 0) {
      wrong[0].input.focus();
    } else if (!busy(button)) {
      submit(view, integration, fields, button, note);
    }
  } },
    ...fields.map((one) => one.element),
    note,
    el("div", { class: "actions" },
      button,
      view.integrations.length > 1
        ? el("button", { type: "button", class: "plain", onclick: () => choose(view) }, strings.back)
        : null,
      back(view)));
  showBelow(marks(view, theme, integration.provider),
    (view.reconnect ? strings.titleAgain : strings.title)(view.application, integration.provider),
    el("p", { class: "quiet" }, strings.who(view.end_user, view.application)),
    steps(view, "check", key),
    scopes(view, integration),
    form);
}

async function submit(view, integration, fields, button, note) {
  const done = busy(button, strings.working);
  note.replaceChildren();
  const body = { session_token: token, csrf_token: view.csrf_token, integration: integration.id, fields: {} };
  const key = integration.kind === "key";
  for (const { input } of fields) {
    const value = input.value.trim();
    if (value !== "") {
      const target = key && (input.name === "key" || input.name === "username") ? body : body.fields;
      target[input.name] = value;
    }
  }
  try {
    const { location: next } = await post(key ? "/connect/key" : "/connect/start", body);
    clearTimeout(end);
    location.assign(next);
  } catch (problem) {
    note.replaceChildren(STALE.has(problem.code) ? trouble(sentence(problem), reloading()) : trouble(sentence(problem)));
    done();
  }
}

const reloading = () => el("button", { type: "button", class: "again", onclick: () => location.reload() }, strings.reload);

/** What cannot go on says what the person can do: try again where that may help, and the way back where it is known. */
function stuck(problem) {
  wear(null);
  let way = null;
  try {
    way = JSON.parse(sessionStorage.getItem(BACK));
  } catch {
    // there is none
  }
  const again = PASSING.has(problem.code)
    ? el("button", { type: "button", onclick: open }, strings.again)
    : STALE.has(problem.code) ? el("button", { type: "button", onclick: () => location.reload() }, strings.reload) : null;
  show(strings.troubleTitle,
    trouble(sentence(problem)),
    el("div", { class: "actions" }, again,
      way ? el("a", { class: again ? "plain" : "button", href: way.url, rel: "noreferrer" }, strings.cancel(way.application)) : null));
}

const token = fromFragment("authpipe.session");
let end;

async function open() {
  try {
    if (!token) {
      throw new Problem("session_missing");
    }
    const view = await post(`/connect/session?lang=${language}`, { session_token: token });
    sessionStorage.setItem(BACK, JSON.stringify({ application: view.application, url: view.cancel_url }));
    end = setTimeout(() => stuck(new Problem("session_invalid")), view.expires_in * 1000);
    if (view.integrations.length === 1) {
      consent(view, view.integrations[0]);
    } else {
      choose(view);
    }
  } catch (problem) {
    stuck(problem);
  }
}

await open();
