import {call} from './client';
import type * as t from './types';

/** The calls of the REST API that the dashboard makes, one line each. */

type Signal = AbortSignal | undefined;
const seg = encodeURIComponent;
const get = <T>(path: string, signal: Signal, query?: Record<string, string | number | undefined>) => call<T>('GET', path, {signal, query});
const post = <T = void>(path: string, body?: unknown, key?: string) => call<T>('POST', path, {body, key});
const patch = <T = void>(path: string, body: unknown) => call<T>('PATCH', path, {body});
const del = <T = void>(path: string) => call<T>('DELETE', path);

/** One's own account, and the way in. */
export const account = {
  session: () => call<t.Session>('GET', '/api/v1/session'),
  signIn: (email: string, password: string) => post<t.SignInStatus>('/api/v1/sign-in', {email, password}),
  secondFactor: (code: string) => post<t.SignInStatus>('/api/v1/sign-in/second-factor', {code}),
  signOut: () => del('/api/v1/session'),
  oidc: (signal?: Signal) => get<{name?: string}>('/api/v1/sign-in/oidc', signal),
  startOidc: (invitation_code?: string) => post<{location: string}>('/api/v1/sign-in/oidc', {invitation_code}),
  linkIdentity: () => post('/api/v1/me/identities'),
  signUp: (code: string, display_name: string, password: string) => post<t.SignInStatus>('/api/v1/sign-up', {code, display_name, password}),
  verify: (code: string, password: string) => post<t.SignInStatus>('/api/v1/verify', {code, password}),
  requestReset: (email: string) => post('/api/v1/reset', {email}),
  reset: (code: string, password: string) => post<t.SignInStatus>('/api/v1/reset/confirm', {code, password}),
  accept: (code: string) => post('/api/v1/me/invitations', {code}),
  rename: (display_name: string) => patch('/api/v1/me', {display_name}),
  changePassword: (current_password: string, password: string) => post('/api/v1/me/password', {current_password, password}),
  requestEmail: (email: string, password: string) => post('/api/v1/me/email', {email, password}),
  changeEmail: (old_code: string, new_code: string) => post('/api/v1/me/email/confirm', {old_code, new_code}),
  beginTotp: (proof: {password?: string; code?: string}) => post<{otpauth_uri: string}>('/api/v1/me/totp', proof),
  confirmTotp: (code: string) => post<{recovery_codes: string[]}>('/api/v1/me/totp/confirm', {code}),
  removeTotp: (password: string, code: string) => post('/api/v1/me/totp/remove', {password, code}),
  sessions: (signal?: Signal) => get<{data: t.OpenSession[]}>('/api/v1/me/sessions', signal),
  endOtherSessions: () => post('/api/v1/me/sessions/end-others'),
  exportMe: () => call<t.PersonExport>('GET', '/api/v1/me/export'),
  deleteMe: (proof: {password?: string; code?: string}) => post('/api/v1/me/delete', proof),
  plans: (signal?: Signal) => get<t.Plans>('/api/v1/plans', signal),
  workspaces: (signal?: Signal, cursor?: string) => get<t.Page<t.Workspace>>('/api/v1/workspaces', signal, {limit: 200, cursor}),
  createWorkspace: (body: {name: string; display_name?: string; region?: string; plan?: string}, key: string) =>
    post<t.Workspace>('/api/v1/workspaces', body, key),
};

/** The calls of one workspace. */
export function workspaceCalls(id: string) {
  const at = `/api/v1/workspaces/${seg(id)}`;
  return {
    change: (body: {display_name?: string; plan?: string}) => patch<t.Workspace>(at, body),
    requestDeletion: () => del<t.Workspace>(at),
    leave: () => post(`${at}/members/leave`),
    policy: (signal?: Signal) => get<t.Policy>(`${at}/policy`, signal),
    changePolicy: (body: Partial<Omit<t.Policy, 'version'>>) => patch<t.Policy>(`${at}/policy`, body),
    branding: (signal?: Signal) => get<t.Branding>(`${at}/branding`, signal),
    changeBranding: (body: Partial<Omit<t.Branding, 'version'>>) => patch<t.Branding>(`${at}/branding`, body),
    webhooks: (signal?: Signal, cursor?: string) => get<t.Page<t.WebhookEndpoint>>(`${at}/webhook-endpoints`, signal, {cursor}),
    webhook: (endpoint: string, signal?: Signal) => get<t.WebhookEndpoint>(`${at}/webhook-endpoints/${seg(endpoint)}`, signal),
    createWebhook: (body: t.WebhookBody, key: string) => post<t.WebhookEndpoint>(`${at}/webhook-endpoints`, body, key),
    changeWebhook: (endpoint: string, body: t.WebhookBody) => patch<t.WebhookEndpoint>(`${at}/webhook-endpoints/${seg(endpoint)}`, body),
    deleteWebhook: (endpoint: string) => del(`${at}/webhook-endpoints/${seg(endpoint)}`),
    createExport: (format: 'json' | 'terraform') => post<{url: string}>(`${at}/exports`, {format}),

    providers: (signal?: Signal) => get<t.Page<t.Provider>>(`${at}/providers`, signal),
    integrations: (signal?: Signal, cursor?: string) => get<t.Page<t.Integration>>(`${at}/integrations`, signal, {limit: 200, cursor}),
    integration: (slug: string, signal?: Signal) => get<t.Integration>(`${at}/integrations/${seg(slug)}`, signal),
    setup: (slug: string, signal?: Signal) => get<t.Setup>(`${at}/integrations/${seg(slug)}/setup`, signal),
    createIntegration: (body: t.IntegrationBody, key: string) => post<t.Integration>(`${at}/integrations`, body, key),
    changeIntegration: (slug: string, body: t.IntegrationBody) => patch<t.Integration>(`${at}/integrations/${seg(slug)}`, body),
    deleteIntegration: (slug: string) => del(`${at}/integrations/${seg(slug)}`),

    connections: (query: {status?: string; state?: string; integration?: string; cursor?: string; limit?: number}, signal?: Signal) =>
      get<t.Page<t.Connection>>(`${at}/connections`, signal, query),
    connection: (connection: string, signal?: Signal) => get<t.Connection>(`${at}/connections/${seg(connection)}`, signal),
    counts: (signal?: Signal) => get<t.ConnectionCounts>(`${at}/connection-counts`, signal),
    connectionCommand: (kind: 'probe' | 'disconnect', target: string, key: string) =>
      post<t.Page<t.Command>>(`${at}/connection-commands`, {kind, target}, key),
    incidentCommand: (kind: 'revoke_all' | 'rotate' | 'erase' | 'delete_workspace', target: string | undefined, key: string) =>
      post<t.Page<t.Command>>(`${at}/incident-commands`, {kind, target}, key),
    commands: (signal?: Signal, cursor?: string, limit = 50) => get<t.Page<t.Command>>(`${at}/commands`, signal, {limit, cursor}),

    keys: (signal?: Signal, cursor?: string) => get<t.Page<t.ApiKey>>(`${at}/api-keys`, signal, {cursor}),
    key: (key: string, signal?: Signal) => get<t.ApiKey>(`${at}/api-keys/${seg(key)}`, signal),
    narrowKey: (key: string, body: Partial<t.KeyTerms> & {disabled?: boolean}) => patch<t.ApiKey>(`${at}/api-keys/${seg(key)}`, body),
    keyRequests: (signal?: Signal, cursor?: string) => get<t.Page<t.KeyRequest>>(`${at}/api-key-requests`, signal, {limit: 200, cursor}),
    requestKey: (body: Partial<t.KeyTerms>, key: string) => post<t.KeyRequest>(`${at}/api-key-requests`, body, key),
    withdrawKeyRequest: (request: string) => del(`${at}/api-key-requests/${seg(request)}`),

    members: (signal?: Signal, cursor?: string) => get<t.Page<t.Member>>(`${at}/members`, signal, {limit: 200, cursor}),
    changeRole: (person: string, role: t.Role) => patch(`${at}/members/${seg(person)}`, {role}),
    removeMember: (person: string) => del(`${at}/members/${seg(person)}`),
    invitations: (signal?: Signal) => get<t.Page<t.Invitation>>(`${at}/invitations`, signal, {limit: 200}),
    invite: (body: {email: string; role: t.Role}, key: string) => post<t.Invitation>(`${at}/invitations`, body, key),
    withdrawInvitation: (invitation: string) => del(`${at}/invitations/${seg(invitation)}`),

    dataPlanes: (signal?: Signal) => get<{data: t.DataPlane[]}>(`${at}/data-planes`, signal),
    dataPlane: (plane: string, signal?: Signal) => get<t.DataPlane>(`${at}/data-planes/${seg(plane)}`, signal),
    createDataPlane: (body: {name: string; regions?: string[]}) => post<t.Enrolment>(`${at}/data-planes`, body),
    enrolmentCode: (plane: string) => post<t.Enrolment>(`${at}/data-planes/${seg(plane)}/enrolment-codes`),
    revokeDataPlane: (plane: string) => del<t.DataPlane>(`${at}/data-planes/${seg(plane)}`),
    assign: (plane: string) => call<t.DataPlane>('PUT', `${at}/data-planes/${seg(plane)}/assignment`),
    unassign: (plane: string) => del(`${at}/data-planes/${seg(plane)}/assignment`),
    checkpoints: (plane: string, signal?: Signal) => get<{data: t.WitnessedCheckpoint[]}>(`${at}/data-planes/${seg(plane)}/checkpoints`, signal),

    changes: (query: {status?: string; data_plane?: string; limit?: number; cursor?: string}, signal?: Signal) =>
      get<t.Page<t.Change>>(`${at}/changes`, signal, query),
    erasures: (query: {limit?: number; cursor?: string}, signal?: Signal) => get<t.Page<t.Erasure>>(`${at}/erasures`, signal, query),
    jobs: (query: {limit?: number; cursor?: string}, signal?: Signal) => get<t.Page<t.Job>>(`${at}/jobs`, signal, query),
    usage: (query: {period: string; from: string; to: string; integration?: string; limit?: number; cursor?: string}, signal?: Signal) =>
      get<t.Page<t.Usage>>(`${at}/usage`, signal, query),

    audit: (query: {type?: string; object?: string; from?: string; to?: string; cursor?: string}, signal?: Signal) =>
      get<t.Page<t.AuditEvent>>(`${at}/audit-events`, signal, query),
  };
}

export type WorkspaceCalls = ReturnType<typeof workspaceCalls>;
