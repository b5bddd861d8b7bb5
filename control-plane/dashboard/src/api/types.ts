/** What the REST API answers (docs/api/control-plane.yaml). Absent values are left out of its answers. */

export type Role = 'owner' | 'admin' | 'developer' | 'support' | 'viewer';

export interface Page<T> {
  data: T[];
  next_cursor?: string;
}

export interface Session {
  person_id: string;
  email: string;
  display_name: string;
  second_factor: 'set' | 'owed' | 'none';
  roles: Record<string, Role>;
}

export type SignInStatus = {status: 'signed_in' | 'second_factor' | 'verify_address'};

export interface Workspace {
  id: string;
  name: string;
  display_name: string;
  region: string;
  plan: string;
  role: Role;
  version: number;
  created_at: string;
  updated_at: string;
  deletion_requested_at?: string;
}

export interface Plan {
  name: string;
  audit_retention_days: number;
  analytics_retention_days: number;
  members: number;
  integrations: number;
  api_keys: number;
  webhook_endpoints: number;
  connections: number;
}

export interface Plans {
  data: Plan[];
  regions: string[];
}

export interface Policy {
  retention_days: number;
  strict_audit: boolean;
  connect_origin?: string | null;
  version: number;
}

export interface Branding {
  name?: string;
  accent_color?: string;
  background_color?: string;
  support_url?: string;
  privacy_url?: string;
  logo?: string;
  version: number;
}

export interface WebhookEndpoint {
  id: string;
  url: string;
  events: string[];
  description: string;
  disabled: boolean;
  version: number;
  created_at: string;
  updated_at: string;
}

export type WebhookBody = Partial<Pick<WebhookEndpoint, 'url' | 'events' | 'description' | 'disabled'>>;

export interface ProviderParameter {
  name: string;
  label: string;
  pattern: string;
  set_by: string;
  required: boolean;
  default_value?: string;
}

export interface Provider {
  slug: string;
  name: string;
  auth: string;
  client_secret: boolean;
  verified: string;
  last_verified: string;
  scopes: {scope: string; text: string}[];
  account_scopes: string[];
  parameters: ProviderParameter[];
}

export interface Integration {
  id: string;
  slug: string;
  provider: string;
  client_id: string;
  scopes: string[];
  return_urls: string[];
  params: Record<string, string>;
  application_name: string;
  note: string;
  proxy_only: boolean;
  disabled: boolean;
  client_secret_since: string | null;
  client_secret_number: number | null;
  version: number;
  created_at: string;
  updated_at: string;
}

export type IntegrationBody = Partial<Pick<Integration,
  'slug' | 'provider' | 'client_id' | 'scopes' | 'return_urls' | 'params' | 'application_name' | 'note' | 'proxy_only' | 'disabled'>>;

export interface Setup {
  callback_url: string | null;
  callback_url_complete: boolean;
  scopes: string[];
  missing_parameters: string[];
  client_secret_missing: boolean;
  commands: string[];
}

export type ConnectionState = 'active' | 'degraded' | 'uncertain' | 'reauth_required' | 'revoked' | 'key_unavailable';
export type ConnectionStatus = 'active' | 'disconnected' | 'purged';

export interface Connection {
  id: string;
  integration: string;
  status: ConnectionStatus;
  state: ConnectionState;
  reason?: string;
  scopes_missing: number;
  explanation: {meaning: string; action: string};
  created_at: string;
  reported_at: string;
}

export interface ConnectionCounts {
  states: Partial<Record<ConnectionState, number>>;
  data: {integration: string; status: ConnectionStatus; state: ConnectionState; connections: number}[];
}

export interface KeyTerms {
  name: string;
  scopes: string[];
  integrations?: string[];
  calls_per_minute?: number;
  calls_per_month?: number;
  expires_at?: string;
  require_end_user: boolean;
}

export interface ApiKey extends KeyTerms {
  id: string;
  request_id?: string;
  status: 'active' | 'disabled' | 'revoked';
  version: number;
  created_at: string;
  reported_at: string;
}

export interface KeyRequest extends KeyTerms {
  id: string;
  status: 'waiting' | 'made';
  key_id?: string;
  command?: string;
  requested_by: string;
  created_at: string;
}

export interface Member {
  person_id: string;
  email: string;
  display_name: string;
  role: Role;
  second_factor: boolean;
  joined_at: string;
}

export interface Invitation {
  id: string;
  email: string;
  role?: Role;
  created_at: string;
  expires_at: string;
}

export interface DataPlane {
  id: string;
  name: string;
  state: 'created' | 'online' | 'silent' | 'revoked';
  regions: string[];
  home: boolean;
  serving: boolean;
  created_at: string;
  enrolled_at?: string;
  revoked_at?: string;
  feed_version: number;
  applied_version?: number;
  last_seen_at?: string;
  software?: string;
  waiting_changes?: number;
  outbox?: number;
  lost?: number;
  trust?: string;
  served_regions?: string[];
}

export interface Enrolment {
  data_plane: DataPlane;
  enrolment_code: string;
  expires_at: string;
  command: string;
}

export interface Command {
  id: string;
  data_plane_id: string;
  sequence: number;
  kind: string;
  target: string;
  status: 'issued' | 'waiting' | 'done' | 'refused' | 'expired' | 'failed';
  reason?: string;
  connections?: number;
  issued_at: string;
  expires_at: string;
  answered_at?: string;
}

export interface Change {
  id: string;
  data_plane_id: string;
  status: 'waiting' | 'applied' | 'approved' | 'refused' | 'withdrawn';
  reported_at: string;
}

export interface Erasure {
  id: string;
  connections: number;
  pending: number;
  reported_at: string;
}

export interface Job {
  data_plane_id: string;
  job: string;
  status: 'failed' | 'done';
  reason?: string;
  reported_at: string;
}

export interface Usage {
  start: string;
  integration: string;
  calls: number;
  token_reads: number;
  refused: number;
  failed: number;
  provider_errors: number;
  refreshes: number;
}

export interface WitnessedCheckpoint {
  origin: string;
  size: number;
  epoch: number;
  note: string;
  witnessed_at: string;
  refused_note?: string;
  refused_at?: string;
}

export interface AuditEvent {
  seq: number;
  id: string;
  time: string;
  type: string;
  actor: {kind: string; id: string};
  object: {kind: string; id: string};
  outcome: string;
  reason?: string;
  request_id?: string;
  detail: Record<string, string | number | boolean>;
}

export interface OpenSession {
  id: string;
  current: boolean;
  created_at: string;
  last_used_at: string;
}

export interface PersonExport {
  has_password: boolean;
  recovery_codes: number;
  [more: string]: unknown;
}
