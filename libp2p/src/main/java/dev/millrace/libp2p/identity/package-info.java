/// Keys, what they sign, and the peer ids that name them.
@NullMarked
package dev.millrace.libp2p.identity;

import org.jspecify.annotations.NullMarked;
