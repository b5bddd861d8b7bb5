/** What was packaged, run as somebody runs it who has just come: nothing of it is known here but its documentation. */
@NullMarked
package dev.authpipe.examples.tryout;

import org.jspecify.annotations.NullMarked;
