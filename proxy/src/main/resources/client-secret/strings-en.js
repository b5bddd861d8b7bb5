/** Everything the page says, in English. */
const UNITS = [[86400, "day", "days"], [3600, "hour", "hours"], [60, "minute", "minutes"], [1, "second", "seconds"]];

function amount(seconds) {
  const [size, one, many] = UNITS.find(([each]) => seconds % each === 0 && seconds >= each) ?? UNITS[3];
  const count = seconds / size;
  return `${count} ${count === 1 ? one : many}`;
}

export const strings = {
  title: (provider) => `Enter the client secret for ${provider}`,
  text: (provider) => `Copy it from your application’s settings at ${provider}. It is stored encrypted, and nobody will be shown it again.`,
  integration: "Integration",
  workspace: "Workspace",
  provider: "Provider",
  origin: "Sent only to",
  expires: "Link good until",
  first: "It is the first one for this integration.",
  replaces: (since) => `It replaces the one that was set on ${since}, which is erased at once.`,
  keeps: (since, seconds) => `It replaces the one that was set on ${since}, which still works beside it for ${amount(seconds)}.`,
  secret: "Client secret",
  ends: "Last day it is good for (optional)",
  endsHint: "If the provider names a date, your team is reminded before.",
  store: "Store the client secret",
  working: "Storing…",
  required: "Please enter the client secret.",
  again: "Try again",
  reload: "Load the page again",
  past: "Please choose a day in the future, or leave it empty.",
  doneTitle: "The client secret is stored",
  doneText: (integration) => `It is used for ${integration} from now on. You can close this page; its link does not work any more.`,
  donePrefix: "It begins with",
  troubleTitle: "This did not work",
  problems: {
    link_missing: "This page was opened without its link. Please open the link that you were given, or ask for a new one.",
    entry_link_invalid: "This link has run out, was used already or is not complete. Nothing was stored. Please ask for a new one.",
    token_origin_changed: "The service's address has changed since this link was made, so nothing was stored. Please ask for a new link.",
    browser_mismatch: "Your browser did not keep this page's cookie. Please allow cookies for this address, then load the page again.",
    cross_site: "This page is out of date. Please load it again.",
    unprocessable: "Please choose a day in the future, or leave it empty.",
    invalid_request: "This does not look like a client secret. Please check that you copied all of it.",
    rate_limited: "There were many attempts from your network. Please wait a minute and try again.",
    key_unavailable: "Nothing can be stored at the moment. Your link stays good; please try again in a minute.",
    store_unavailable: "Nothing can be stored at the moment. Your link stays good; please try again in a minute.",
    offline: "The connection to this page's server was lost. Please try again.",
    other: "Something went wrong on our side. Please try again in a minute.",
  },
};
