/// Tests of addresses.
@NullMarked
package dev.millrace.libp2p.address;

import org.jspecify.annotations.NullMarked;
