/** Key-management services that speak the real wire protocols and really encrypt, as doubles for tests. */
@NullMarked
package dev.authpipe.testkit.kms;

import org.jspecify.annotations.NullMarked;
