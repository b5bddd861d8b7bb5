/** Real doubles for tests and the demo: time that a test moves, gates instead of sleeps, canaries, certificates. */
@NullMarked
package dev.authpipe.testkit;

import org.jspecify.annotations.NullMarked;
