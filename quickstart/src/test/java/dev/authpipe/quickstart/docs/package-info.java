/** Holds the documentation to the program: commands, links, settings, errors and metrics that it names exist. */
@NullMarked
package dev.authpipe.quickstart.docs;

import org.jspecify.annotations.NullMarked;
