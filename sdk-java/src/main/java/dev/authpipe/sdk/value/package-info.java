/**
 * The values that travel: one type per id, secrets that print {@code ***}, and records of the proxy's answers.
 *
 * <p>Values never call the proxy. Words that the proxy may extend (a status, an outcome) are open: a word unknown to this
 * version is kept as it came.
 */
@NullMarked
package dev.authpipe.sdk.value;

import org.jspecify.annotations.NullMarked;
