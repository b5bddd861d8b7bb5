import {type AnchorHTMLAttributes, useSyncExternalStore} from 'react';

/** Addresses stand in the fragment, which browsers send to no server: codes from mails never reach a log. */

export interface Route {
  path: string[];
  query: URLSearchParams;
}

export function parse(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  return {path: path.split('/').filter(part => part !== '').map(decode), query: new URLSearchParams(query)};
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

export function useHash(): string {
  return useSyncExternalStore(subscribe, () => window.location.hash);
}

/** Goes to an address, such as `/w/wks_…/audit`; `replace` leaves none to come back to. */
export function go(to: string, options: {replace?: boolean} = {}): void {
  if (options.replace) {
    window.history.replaceState(null, '', '#' + to);
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  } else {
    window.location.hash = to;
  }
}

export function Link({to, ...rest}: {to: string} & AnchorHTMLAttributes<HTMLAnchorElement>) {
  return <a href={'#' + to} {...rest} />;
}

/** An address with those values of a query that are set. */
export function address(path: string, query: Record<string, string | undefined>): string {
  const set = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value) {
      set.set(name, value);
    }
  }
  const text = set.toString();
  return text === '' ? path : `${path}?${text}`;
}
