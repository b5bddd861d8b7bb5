/**
 * The metadata contract of the two planes: ids, feed, commands, reports (docs/link-format.md). Inert records without dependencies; never a
 * secret, never behaviour beyond validation and text form.
 */
@NullMarked
package dev.authpipe.wire;

import org.jspecify.annotations.NullMarked;
