/** A browser without a screen: cookies, redirects and forms over plain HTTP, with every hop kept. */
@NullMarked
package dev.authpipe.testkit.browser;

import org.jspecify.annotations.NullMarked;
