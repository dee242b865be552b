/// What the tests of all formats share: the vectors, and the harm that comes to encodings.
@NullMarked
package dev.millrace.libp2p;

import org.jspecify.annotations.NullMarked;
