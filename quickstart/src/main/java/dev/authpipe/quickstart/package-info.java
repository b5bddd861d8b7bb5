/**
 * The command {@code demo}: everything in one process, to click through or to watch once. Never for production: its keys and stores live in
 * a temporary directory and go with it.
 */
@NullMarked
package dev.authpipe.quickstart;

import org.jspecify.annotations.NullMarked;
