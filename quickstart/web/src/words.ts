import type {Sentences, Words} from '@authpipe/react';

/** What Tasklight calls things; the package's own words stand for the rest. */
export const words: Partial<Words> = {
  none: 'None yet. Connect an account to import its issues.',
  disconnectSure: 'Disconnect? Access is revoked at the service, and its tasks leave your list.',
  back: 'Back to Tasklight',
  name: ({integration, account}) => integration.charAt(0).toUpperCase() + integration.slice(1) + (account ? ' · ' + account : ''),
};

/** What the back end of Tasklight refuses with, beside what Authpipe does. */
export const sentences: Sentences = {
  not_this_users_session: 'This was begun by somebody else, or before you signed in. Nothing was connected. Go back to Tasklight and connect there.',
};
