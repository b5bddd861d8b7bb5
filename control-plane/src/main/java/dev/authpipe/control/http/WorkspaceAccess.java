package dev.authpipe.control.http;

import io.swagger.v3.oas.annotations.Hidden;

import dev.authpipe.wire.WorkspaceId;

/**
 * A member's permitted way into the workspace of the path: controllers take it as an argument and ask nothing more. Made by the permission
 * rule only.
 *
 * @param session   who
 * @param workspace where
 * @param role      as what
 */
@Hidden
public record WorkspaceAccess(Session session, WorkspaceId workspace, Role role) {}
