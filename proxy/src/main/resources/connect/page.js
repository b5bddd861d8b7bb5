import { Problem, el, fromFragment, post, show, trouble } from "./parts.js";
import { strings } from "./strings.js";

function sentence(problem) {
  return strings.problems[problem.code] ?? strings.problems.other;
}

function cancel(view) {
  return el("a", { class: "plain", href: view.cancel_url, rel: "noreferrer" }, strings.cancel(view.application));
}

function choose(view) {
  show(
    strings.chooseTitle(view.application),
    el("p", { class: "quiet" }, strings.who(view.end_user, view.application)),
    el("p", {}, strings.chooseText),
    el("ul", { class: "choices" }, ...view.integrations.map((integration) =>
      el("li", {}, el("button", { type: "button", class: "choice", onclick: () => consent(view, integration) }, integration.provider)))),
    el("div", { class: "actions" }, cancel(view)),
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

function field(parameter) {
  const id = `field-${parameter.name}`;
  const input = el("input", {
    id,
    name: parameter.name,
    type: parameter.secret ? "password" : "text",
    required: parameter.required,
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
    maxlength: parameter.max_length,
    "aria-describedby": parameter.hint ? `${id}-hint` : null,
    value: parameter.value,
  });
  const expected = expression(parameter.pattern);
  const judge = () => {
    const value = input.value.trim();
    const wrong = value === "" ? parameter.required && strings.required : expected && !expected.test(value) && strings.pattern;
    input.setCustomValidity(wrong || "");
  };
  input.addEventListener("input", judge);
  judge();
  return el("div", {}, el("label", { for: id }, parameter.label), input,
    parameter.hint ? el("p", { class: "hint", id: `${id}-hint` }, parameter.hint) : null);
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

function listed(title, scopes) {
  return el("section", {},
    el("h2", {}, title),
    el("ul", { class: "scopes" }, ...scopes.map((scope) =>
      el("li", {}, scope.description, el("code", {}, scope.name)))));
}

function consent(view, integration) {
  const again = view.reconnect ? strings.titleAgain : strings.title;
  const key = integration.kind === "key";
  const note = el("div", {});
  const button = el("button", { type: "submit" }, key ? strings.connect : strings.onward(integration.provider));
  const form = el("form", { onsubmit: (event) => {
    event.preventDefault();
    submit(view, integration, form, button, note);
  } },
    ...integration.fields.map(field),
    note,
    el("div", { class: "actions" },
      button,
      view.integrations.length > 1
        ? el("button", { type: "button", class: "plain", onclick: () => choose(view) }, strings.back)
        : null,
      cancel(view)));
  show(again(view.application, integration.provider),
    el("p", { class: "quiet" }, strings.who(view.end_user, view.application)),
    scopes(view, integration),
    form);
}

async function submit(view, integration, form, button, note) {
  const label = button.textContent;
  button.disabled = true;
  button.textContent = strings.working;
  note.replaceChildren();
  const body = { session_token: token, csrf_token: view.csrf_token, integration: integration.id, fields: {} };
  const key = integration.kind === "key";
  for (const parameter of integration.fields) {
    const value = form.elements[parameter.name].value.trim();
    if (value !== "") {
      const target = key && (parameter.name === "key" || parameter.name === "username") ? body : body.fields;
      target[parameter.name] = value;
    }
  }
  try {
    const { location: next } = await post(key ? "/connect/key" : "/connect/start", body);
    location.assign(next);
  } catch (problem) {
    note.replaceChildren(trouble(sentence(problem)));
    button.disabled = false;
    button.textContent = label;
  }
}

const token = fromFragment("authpipe.session");
try {
  if (!token) {
    throw new Problem("session_missing");
  }
  const view = await post("/connect/session", { session_token: token });
  if (view.integrations.length === 1) {
    consent(view, view.integrations[0]);
  } else {
    choose(view);
  }
} catch (problem) {
  show(strings.troubleTitle, trouble(sentence(problem)));
}
