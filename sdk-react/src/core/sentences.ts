/** What people read, by code. */
export type Sentences = Readonly<Record<string, string>>;

const AGAIN = ' Please connect again.';
const NOTHING = 'Nothing was connected.';

/** In English. Each says what happened and what to do; `other` stands for every code without a sentence of its own. */
export const englishSentences = {
  popup_blocked: 'Your browser blocked the window. Allow windows of this page, then connect again.',
  popup_closed: 'The window was closed, or is behind this one. Go on there, or connect again.',
  interrupted: 'You came back before the account was connected.' + AGAIN,
  timed_out: 'This took too long.' + AGAIN,
  session_expired: 'The time to connect ran out. ' + NOTHING + AGAIN,
  session_unknown: 'This did not begin in your session.' + AGAIN,
  not_found: 'That does not exist here any more. Go back and look at your connections.',
  signed_out: 'You are not signed in here any more. Sign in, then connect again.',
  unreachable: 'This application does not answer. Check your network, then try again.',
  answer_invalid: 'This application is not set up correctly. Please tell the people who run it.',
  access_denied: 'You, or the service, declined. ' + NOTHING + ' You can connect again at any time.',
  provider_refused: 'The service did not accept the request. Connect again; if that does not help, tell the people who run this application.',
  provider_unreachable: 'The service does not answer. Please try again in a minute.',
  provider_timeout: 'The service did not answer in time.' + AGAIN,
  account_mismatch: 'That was another account than before. Connect again and choose the account that you had.',
  credential_refused: 'The service did not accept what you entered. Connect again and check it.',
  finish_code_invalid: 'You came back too late, or twice.' + AGAIN,
  verifier_mismatch: 'This did not begin in your session.' + AGAIN,
  end_user_mismatch: 'This was begun by somebody else. ' + NOTHING + ' If somebody sent you a link, close this page.',
  return_missing: 'There is nothing to connect on this page. Go back to the application and connect there.',
  return_invalid: 'The address of this page is not complete. Go back to the application and connect again.',
  framed: 'This page does not work inside another one. Go to the application itself and connect again.',
  rate_limited: 'There were many attempts. Please wait a minute, then try again.',
  other: 'Something went wrong. Connect again; if that does not help, tell the people who run this application.',
};

/**
 * The sentence of a code.
 *
 * @param own the application's own sentences, which come first
 */
export function sentence(code: string, own: Sentences = {}): string {
  const find = (from: Sentences, key: string) => Object.hasOwn(from, key) ? from[key] : undefined;
  return find(own, code) ?? find(englishSentences, code) ?? find(own, 'other') ?? englishSentences.other;
}
