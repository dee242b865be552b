/// Tests of what peers sign.
@NullMarked
package dev.millrace.libp2p.record;

import org.jspecify.annotations.NullMarked;
