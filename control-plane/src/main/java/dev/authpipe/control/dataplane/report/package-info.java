/** Reports up from data planes. */
@NullMarked
package dev.authpipe.control.dataplane.report;

import org.jspecify.annotations.NullMarked;
