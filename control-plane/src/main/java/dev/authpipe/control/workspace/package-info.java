/**
 * Tenants, regions, plans.
 */
@NullMarked
package dev.authpipe.control.workspace;

import org.jspecify.annotations.NullMarked;
