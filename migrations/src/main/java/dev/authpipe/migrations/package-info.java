/**
 * Creates and migrates the three stores. Never holds a credential beyond the call that needs it.
 */
@NullMarked
package dev.authpipe.migrations;

import org.jspecify.annotations.NullMarked;
