/**
 * Keeps received answers in a local file until the store has them for sure. Never sees a plaintext, and never costs an answer.
 */
@NullMarked
package dev.authpipe.proxy.journal;

import org.jspecify.annotations.NullMarked;
