/**
 * The KEK of development: a key in a file. Never for production.
 */
@NullMarked
package dev.authpipe.proxy.envelope.local;

import org.jspecify.annotations.NullMarked;
