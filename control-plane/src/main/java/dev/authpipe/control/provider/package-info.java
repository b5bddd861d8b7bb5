/**
 * The view of the provider catalog.
 */
@NullMarked
package dev.authpipe.control.provider;

import org.jspecify.annotations.NullMarked;
