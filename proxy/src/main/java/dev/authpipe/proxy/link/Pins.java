package dev.authpipe.proxy.link;

import dev.authpipe.wire.DataPlaneId;

/**
 * Whom this proxy believes to be its control plane, and who it is there.
 *
 * @param dataPlane    who this proxy is
 * @param controlPlane identity of the control plane in hexadecimal
 * @param commandKey   its raw Ed25519 key for commands in hexadecimal
 */
record Pins(DataPlaneId dataPlane, String controlPlane, String commandKey) {}
