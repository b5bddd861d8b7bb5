/**
 * Moves a workspace to a database of its own and back. Never leaves two databases that both serve it.
 */
@NullMarked
package dev.authpipe.proxy.cell;

import org.jspecify.annotations.NullMarked;
