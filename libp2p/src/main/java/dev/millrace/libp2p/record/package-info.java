/// What a peer says of itself under its signature, so that others can pass it on.
@NullMarked
package dev.millrace.libp2p.record;

import org.jspecify.annotations.NullMarked;
