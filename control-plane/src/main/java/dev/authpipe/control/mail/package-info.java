/**
 * Sends mail to people.
 */
@NullMarked
package dev.authpipe.control.mail;

import org.jspecify.annotations.NullMarked;
