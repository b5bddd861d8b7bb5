/**
 * The formats of a transparency log that others can check: canonical JSON, Merkle tree, proofs, checkpoints, signed notes, exports. Pure
 * functions and inert values without dependencies; never a database, a private key or a clock.
 */
@NullMarked
package dev.authpipe.tlog;

import org.jspecify.annotations.NullMarked;
