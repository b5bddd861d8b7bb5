import { Problem, el, fromFragment, post, show, trouble } from "/connect/parts.js";
import { strings } from "./strings.js";

const STORED = "authpipe.client-secret";
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

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
  button.disabled = true;
  button.textContent = strings.working;
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
    if (problem.code === "entry_link_invalid" || problem.code === "token_origin_changed") {
      refuse(problem);
      return;
    }
    note.replaceChildren(trouble(sentence(problem)));
    button.disabled = false;
    button.textContent = strings.store;
  }
}

/** Nothing can be done on this page any more. */
function refuse(problem) {
  sessionStorage.removeItem(STORED);
  show(strings.troubleTitle, trouble(sentence(problem)));
}

const token = fromFragment(STORED);
try {
  if (!token) {
    throw new Problem("link_missing");
  }
  ask(await post("/client-secret/entry", { session_token: token }));
} catch (problem) {
  if (problem.code === "entry_link_invalid" || problem.code === "token_origin_changed") {
    refuse(problem);
  } else {
    show(strings.troubleTitle, trouble(sentence(problem)));
  }
}
