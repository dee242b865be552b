/// The self-describing formats under everything else: varint, multihash, multibase; and how bytes
/// are read.
@NullMarked
package dev.millrace.libp2p.multiformats;

import org.jspecify.annotations.NullMarked;
