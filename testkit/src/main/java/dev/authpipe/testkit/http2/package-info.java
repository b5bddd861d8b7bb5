/** Servers that speak HTTP/2 over TLS: one in front of an HTTP/1.1 double, and one whose every frame a test writes. */
@NullMarked
package dev.authpipe.testkit.http2;

import org.jspecify.annotations.NullMarked;
