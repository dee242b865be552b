/// Where a peer can be reached, layer by layer: the multiaddr as text and as bytes.
@NullMarked
package dev.millrace.libp2p.address;

import org.jspecify.annotations.NullMarked;
