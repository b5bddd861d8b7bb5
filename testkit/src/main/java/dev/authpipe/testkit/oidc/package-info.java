/** An authorization server that others wrote, run as a child process. */
@NullMarked
package dev.authpipe.testkit.oidc;

import org.jspecify.annotations.NullMarked;
