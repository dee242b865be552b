/// Tests of what is put aside for readers without a group.
@NullMarked
package dev.millrace.streams.letters;

import org.jspecify.annotations.NullMarked;
