import {createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState} from 'react';
import {account, type WorkspaceCalls, workspaceCalls} from './api/calls';
import {forgetToken, onSessionProblem, Problem} from './api/client';
import type {Session, Workspace} from './api/types';
import {may, type Permission} from './permissions';
import {asProblem} from './ui/problem';

/** Who is signed in. `undefined`: not known yet; `null`: nobody. */
export interface Signed {
  session: Session | null | undefined;
  workspaces: Workspace[];
  problem: Problem | undefined;
  /** Whether a session ended without the person wanting it. */
  ended: boolean;
  /** Asks anew who is signed in: after sign-in, and whatever changes the session. */
  refresh: () => Promise<void>;
  signOut: () => Promise<void>;
}

const Context = createContext<Signed | null>(null);

export function useSigned(): Signed {
  const signed = useContext(Context);
  if (signed === null) {
    throw new Error('outside of the session');
  }
  return signed;
}

interface State {
  session: Session | null | undefined;
  workspaces: Workspace[];
  problem?: Problem;
  ended: boolean;
}

export function SessionProvider({children}: {children: ReactNode}) {
  const [state, setState] = useState<State>({session: undefined, workspaces: [], ended: false});
  const refresh = useCallback(async () => {
    forgetToken();
    try {
      const session = await account.session();
      const workspaces = session.second_factor === 'owed' ? [] : await everyWorkspace();
      setState({session, workspaces, ended: false});
    } catch (failure) {
      const problem = asProblem(failure);
      setState(before => problem.code === 'unauthenticated'
        ? {session: null, workspaces: [], ended: before.ended || Boolean(before.session)}
        : {...before, problem});
    }
  }, []);
  useEffect(() => {
    void refresh();
    return onSessionProblem(problem => {
      if (problem.code === 'second_factor_owed') {
        void refresh();
      } else {
        forgetToken();
        setState(before => ({session: null, workspaces: [], ended: Boolean(before.session) || before.ended}));
      }
    });
  }, [refresh]);
  const signOut = useCallback(async () => {
    await account.signOut();
    forgetToken();
    setState({session: null, workspaces: [], ended: false});
  }, []);
  const value = useMemo(() => ({...state, problem: state.problem, refresh, signOut}), [state, refresh, signOut]);
  return <Context value={value}>{children}</Context>;
}

const MOST_PAGES = 20;

async function everyWorkspace(): Promise<Workspace[]> {
  const all: Workspace[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const found = await account.workspaces(undefined, cursor);
    all.push(...found.data);
    if (found.next_cursor === undefined) {
      break;
    }
    cursor = found.next_cursor;
  }
  return all;
}

/** What is left when the deletion of a workspace is asked for. */
const READING = new Set<Permission>(['audit_read', 'export']);

/** The workspace of the page, its calls, and what one may do in it. */
export interface InWorkspace {
  workspace: Workspace;
  calls: WorkspaceCalls;
  at: (path?: string) => string;
  can: (permission: Permission) => boolean;
}

const WorkspaceContext = createContext<InWorkspace | null>(null);

export function useWorkspace(): InWorkspace {
  const found = useContext(WorkspaceContext);
  if (found === null) {
    throw new Error('outside of a workspace');
  }
  return found;
}

export function WorkspaceProvider({workspace, children}: {workspace: Workspace; children: ReactNode}) {
  const value = useMemo<InWorkspace>(() => ({
    workspace,
    calls: workspaceCalls(workspace.id),
    at: (path = '') => `/w/${workspace.id}${path}`,
    can: permission => may(workspace.role, permission) && (!workspace.deletion_requested_at || READING.has(permission)),
  }), [workspace]);
  return <WorkspaceContext value={value}>{children}</WorkspaceContext>;
}
