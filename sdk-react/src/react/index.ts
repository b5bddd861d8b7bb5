export {ConnectFailure, fetchBackEnd, takeReturn} from '../core/index.js';
export type {
  ConnectBackEnd, ConnectRequest, ConnectState, Connection, FetchBackEndOptions, FinishRequest, Returned, Sentences, SessionStatus, StartedSession,
} from '../core/index.js';
export {ConnectButton, type ConnectButtonProps} from './connect-button.js';
export {ConnectionList, type ConnectionListProps} from './connection-list.js';
export {ConnectProvider, type ConnectProviderProps} from './provider.js';
export {ConnectReturn, type ConnectReturnProps} from './connect-return.js';
export {useConnect, type UseConnectOptions, type UsedConnect} from './use-connect.js';
export {useConnections, type UsedConnections} from './use-connections.js';
export {englishWords, type Words} from './words.js';
