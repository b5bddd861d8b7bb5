/**
 * Drives one Chromium over the DevTools protocol, as people use a browser and as pages use each other.
 *
 * <p>It starts the browser and ends exactly that process. The browser reaches loopback and nothing else.
 */
@NullMarked
package dev.authpipe.quickstart.chromium;

import org.jspecify.annotations.NullMarked;
