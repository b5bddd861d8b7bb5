package dev.authpipe.control.dataplane;

import java.util.List;

import io.micronaut.core.annotation.Introspected;

/**
 * The data planes of a workspace.
 *
 * @param data all of them: there are few
 */
@Introspected
record DataPlaneList(List<DataPlaneView> data) {}
