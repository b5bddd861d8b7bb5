/**
 * How bytes reach the proxy: a small interface, its JDK implementation, and the rule that says what is worth sending again.
 */
@NullMarked
package dev.authpipe.sdk.transport;

import org.jspecify.annotations.NullMarked;
