/** A control plane's side of the link that does what a script says, well-meant or not. */
@NullMarked
package dev.authpipe.testkit.link;

import org.jspecify.annotations.NullMarked;
