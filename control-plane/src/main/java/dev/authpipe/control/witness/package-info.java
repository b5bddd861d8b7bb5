/**
 * Checkpoints of proxies; refuses a fork.
 */
@NullMarked
package dev.authpipe.control.witness;

import org.jspecify.annotations.NullMarked;
