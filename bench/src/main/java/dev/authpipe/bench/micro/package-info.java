/**
 * Micro-benchmarks of the pieces of a warm call, over a whole proxy whose beans they borrow. Pieces that no other room may see are measured from
 * their own package in this module.
 */
@NullMarked
package dev.authpipe.bench.micro;

import org.jspecify.annotations.NullMarked;
