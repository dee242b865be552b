/// Tests of the formats under everything else.
@NullMarked
package dev.millrace.libp2p.multiformats;

import org.jspecify.annotations.NullMarked;
