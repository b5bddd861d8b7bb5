import { Problem, busy, el, fromFragment, post, show, trouble } from "/connect/parts.js";

const language = document.documentElement.lang;
const { strings } = await import(`./strings-${language}.js`);

const STORED = "authpipe.client-secret";
/** What the link does not survive, what trying again may mend, and what only a new page can. */
const ENDED = new Set(["entry_link_invalid", "token_origin_changed"]);
const PASSING = new Set(["offline", "other", "rate_limited", "key_unavailable", "store_unavailable"]);
const STALE = new Set(["browser_mismatch", "cross_site"]);
const day = new Intl.DateTimeFormat(language, { dateStyle: "long" });
const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

function sentence(problem) {
  return strings.problems[problem.code] ?? strings.problems.other;
}

function fact(term, value) {
  return el("div", {}, el("dt", {}, term), el("dd", {}, value));
}

function replacement(view) {
  if (!view.replaces_since) {
    return strings.first;
  }
  const since = day.format(new Date(view.replaces_since));
  return view.previous_valid_seconds > 0 ? strings.keeps(since, view.previous_valid_seconds) : strings.replaces(since);
}

/** The moment after the day: what ends on the 1st is good on the 1st. */
function end(value) {
  return value ? new Date(Date.parse(`${value}T00:00:00Z`) + 86_400_000).toISOString() : undefined;
}

function ask(view) {
  const secret = el("input", {
    id: "secret",
    name: "secret",
    type: "password",
    required: true,
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
    maxlength: 16384,
  });
  const ends = el("input", { id: "ends", name: "ends", type: "date", "aria-describedby": "ends-hint" });
  const judge = () => {
    secret.setCustomValidity(secret.value.trim() === "" ? strings.required : "");
    ends.setCustomValidity(ends.value && Date.parse(end(ends.value)) <= Date.now() ? strings.past : "");
  };
  secret.addEventListener("input", judge);
  ends.addEventListener("input", judge);
  judge();
  const note = el("div", {});
  const button = el("button", { type: "submit" }, strings.store);
  const form = el("form", { onsubmit: (event) => {
    event.preventDefault();
    if (busy(button)) {
      return;
    }
    submit(view, secret, ends, button, note);
  } },
    el("label", { for: "secret" }, strings.secret), secret,
    el("label", { for: "ends" }, strings.ends), ends, el("p", { class: "hint", id: "ends-hint" }, strings.endsHint),
    note,
    el("div", { class: "actions" }, button));
  show(strings.title(view.provider),
    el("p", {}, strings.text(view.provider)),
    el("dl", { class: "facts" },
      fact(strings.integration, view.integration),
      fact(strings.provider, view.provider),
      fact(strings.workspace, view.workspace),
      fact(strings.origin, view.token_origin),
      fact(strings.expires, moment.format(new Date(view.expires_at)))),
    el("p", { class: "quiet" }, replacement(view)),
    form);
}

async function submit(view, secret, ends, button, note) {
  const done = busy(button, strings.working);
  note.replaceChildren();
  try {
    const { masked_prefix: prefix } = await post("/client-secret/set", {
      session_token: token,
      csrf_token: view.csrf_token,
      client_secret: secret.value.trim(),
      expires_at: end(ends.value),
    });
    sessionStorage.removeItem(STORED);
    show(strings.doneTitle,
      el("p", {}, strings.doneText(view.integration)),
      prefix ? el("p", { class: "quiet" }, `${strings.donePrefix} `, el("code", {}, `${prefix}…`)) : null);
  } catch (problem) {
    if (ENDED.has(problem.code)) {
      refuse(problem);
      return;
    }
    note.replaceChildren(STALE.has(problem.code) ? trouble(sentence(problem), reloading("again")) : trouble(sentence(problem)));
    done();
  }
}

const reloading = (kind) => el("button", { type: "button", class: kind, onclick: () => location.reload() }, strings.reload);

/** Nothing can be done on this page any more. */
function refuse(problem) {
  sessionStorage.removeItem(STORED);
  show(strings.troubleTitle, trouble(sentence(problem)));
}

/** What cannot go on now may after another try. */
function stuck(problem) {
  const way = STALE.has(problem.code)
    ? reloading(null)
    : PASSING.has(problem.code) ? el("button", { type: "button", onclick: open }, strings.again) : null;
  show(strings.troubleTitle, trouble(sentence(problem)), el("div", { class: "actions" }, way));
}

const token = fromFragment(STORED);

async function open() {
  try {
    if (!token) {
      throw new Problem("link_missing");
    }
    ask(await post("/client-secret/entry", { session_token: token }));
  } catch (problem) {
    if (ENDED.has(problem.code)) {
      refuse(problem);
    } else {
      stuck(problem);
    }
  }
}

await open();
