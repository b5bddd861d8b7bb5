/**
 * What {@code bench/run} measures with: the ground that a proxy stands on, its callers, and the proxy itself as a subject. Ships nowhere; must
 * never hold a stand-in for anything that is measured.
 */
@NullMarked
package dev.authpipe.bench;

import org.jspecify.annotations.NullMarked;
