/** A mail server that keeps letters for whoever asks. Never sends one on. */
@NullMarked
package dev.authpipe.testkit.mail;

import org.jspecify.annotations.NullMarked;
