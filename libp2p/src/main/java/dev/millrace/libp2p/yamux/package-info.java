/// Many streams over one connection: the frames of yamux.
@NullMarked
package dev.millrace.libp2p.yamux;

import org.jspecify.annotations.NullMarked;
