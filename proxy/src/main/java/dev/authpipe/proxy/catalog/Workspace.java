package dev.authpipe.proxy.catalog;

import java.time.Duration;

import dev.authpipe.wire.WorkspaceId;

/**
 * An isolation boundary as the operator configured it.
 *
 * @param id          stable for as long as the workspace exists
 * @param name        what operators call it, unique in the deployment
 * @param kekName     the KEK that wraps its keysets
 * @param strictAudit whether reads and calls are recorded before they happen
 * @param retention   how long the shell of a disconnected connection stays, at most 30 days
 */
public record Workspace(WorkspaceId id, String name, String kekName, boolean strictAudit, Duration retention) {}
