/// Tests of finding a protocol.
@NullMarked
package dev.millrace.libp2p.negotiation;

import org.jspecify.annotations.NullMarked;
