/// The one form of a Protocol Buffers message that can be hashed and signed.
@NullMarked
package dev.millrace.libp2p.protobuf;

import org.jspecify.annotations.NullMarked;
