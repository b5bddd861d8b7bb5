/**
 * Tells in time what will need somebody's hand: secrets to replace, grants to renew. Never disables, changes or opens anything.
 */
@NullMarked
package dev.authpipe.proxy.remind;

import org.jspecify.annotations.NullMarked;
