// A certified authorization server (npm package oidc-provider) for the tests of Authpipe. Reads one line of JSON from standard
// input, answers with one line of JSON on standard output once it listens on loopback, and ends when its input ends, so that it
// never outlives the test that started it. Anybody may sign in under any name; a name with an @ is a mail address too, verified unless
// the name begins with "unverified:".
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const lines = createInterface({ input: process.stdin });
const first = await new Promise((resolve) => lines.once('line', resolve));
lines.on('close', () => process.exit(0));
const settings = JSON.parse(first);

const listener = createServer();
await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${listener.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: settings.client_id,
      client_secret: settings.client_secret,
      redirect_uris: settings.redirect_uris,
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
    ...settings.more_clients,
  ],
  scopes: ['openid', 'offline_access', ...settings.scopes],
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
  cookies: { keys: [settings.cookie_key] },
  pkce: { required: () => true },
  rotateRefreshToken: settings.rotate,
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  ttl: {
    AccessToken: settings.access_token_seconds,
    AuthorizationCode: 60,
    ClientCredentials: settings.access_token_seconds,
    Grant: 3600,
    IdToken: 3600,
    Interaction: 600,
    RefreshToken: 3600,
    Session: 3600,
  },
  // Key sets of tests are on loopback, where its own dispatcher goes nowhere.
  fetch: (url, { dispatcher: _dispatcher, ...options }) => fetch(url, options),
  findAccount: async (_ctx, id) => ({
    accountId: id,
    claims: async () => ({
      sub: id,
      name: id,
      ...(id.includes('@') && { email: id.replace(/^unverified:/, ''), email_verified: !id.startsWith('unverified:') }),
    }),
  }),
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: true },
    introspection: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    revocation: { enabled: true },
  },
});

listener.on('request', provider.callback());
process.stdout.write(`${JSON.stringify({ ready: true, issuer })}\n`);
