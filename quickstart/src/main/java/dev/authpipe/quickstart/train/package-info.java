/**
 * Trains the cache that servers start from: runs a real proxy on stores of its own, and has its JVM write down what it loaded and how it ran. Never
 * touches a store, a key or a secret of the operator's, nor anything beyond loopback.
 */
@NullMarked
package dev.authpipe.quickstart.train;

import org.jspecify.annotations.NullMarked;
