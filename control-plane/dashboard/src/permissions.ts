import type {Role} from './api/types';

/** Which roles have which permission, as docs/api/control-permissions.md says; a test compares. The control plane decides; this only spares people what they may not do. */
export const permissions = {
  workspace_write: ['owner', 'admin'],
  workspace_own: ['owner'],
  members_write: ['owner', 'admin'],
  configuration_write: ['owner', 'admin', 'developer'],
  api_keys_write: ['owner', 'admin', 'developer'],
  connections_write: ['owner', 'admin', 'support'],
  incident: ['owner', 'admin'],
  data_planes_write: ['owner', 'admin'],
  audit_read: ['owner', 'admin', 'support'],
  export: ['owner', 'admin', 'developer'],
} satisfies Record<string, Role[]>;

export type Permission = keyof typeof permissions;

export function may(role: Role, permission: Permission): boolean {
  return (permissions[permission] as Role[]).includes(role);
}
