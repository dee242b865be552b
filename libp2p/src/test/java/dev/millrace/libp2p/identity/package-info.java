/// Tests of keys and peer ids.
@NullMarked
package dev.millrace.libp2p.identity;

import org.jspecify.annotations.NullMarked;
