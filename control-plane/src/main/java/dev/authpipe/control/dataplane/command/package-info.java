/** Signed commands down to data planes. */
@NullMarked
package dev.authpipe.control.dataplane.command;

import org.jspecify.annotations.NullMarked;
