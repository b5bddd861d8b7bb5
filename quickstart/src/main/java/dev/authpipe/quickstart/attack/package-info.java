/**
 * Plays the attacks that a connect flow must withstand against a running sample application, with a real browser, and says which held.
 *
 * <p>It knows the sample application's own API and otherwise only what any web page, person or program could do. It reaches loopback and
 * nothing else, and removes the connections that it made.
 */
@NullMarked
package dev.authpipe.quickstart.attack;

import org.jspecify.annotations.NullMarked;
