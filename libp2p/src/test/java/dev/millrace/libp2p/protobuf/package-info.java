/// Tests of the one form of a message.
@NullMarked
package dev.millrace.libp2p.protobuf;

import org.jspecify.annotations.NullMarked;
