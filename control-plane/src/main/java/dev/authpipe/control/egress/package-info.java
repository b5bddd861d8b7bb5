/**
 * The way out to addresses that others influence: address policy, deadlines, limits.
 */
@NullMarked
package dev.authpipe.control.egress;

import org.jspecify.annotations.NullMarked;
