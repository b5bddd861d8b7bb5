/** An HTTP/1.1 origin on loopback that shows a test exactly the bytes that reached it. */
@NullMarked
package dev.authpipe.testkit.http;

import org.jspecify.annotations.NullMarked;
