/**
 * Gives workspaces new data-encryption keys: begins a rotation, brings it to its end, and says how far it is. Never destroys a keyset that anything
 * names.
 */
@NullMarked
package dev.authpipe.proxy.rotate;

import org.jspecify.annotations.NullMarked;
