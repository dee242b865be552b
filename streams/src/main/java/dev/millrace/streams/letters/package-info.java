/// Puts aside what cannot be read in topics that processes follow without a group.
@NullMarked
package dev.millrace.streams.letters;

import org.jspecify.annotations.NullMarked;
