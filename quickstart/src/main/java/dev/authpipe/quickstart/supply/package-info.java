/**
 * Holds what the build takes from others to what was reviewed: versions, content and licences. Part of the build, not of the demo.
 */
@NullMarked
package dev.authpipe.quickstart.supply;

import org.jspecify.annotations.NullMarked;
