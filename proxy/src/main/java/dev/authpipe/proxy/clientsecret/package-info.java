/**
 * The separate store of integration secrets. Never shows one again.
 */
@NullMarked
package dev.authpipe.proxy.clientsecret;

import org.jspecify.annotations.NullMarked;
