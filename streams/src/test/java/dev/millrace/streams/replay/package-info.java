@NullMarked
package dev.millrace.streams.replay;

import org.jspecify.annotations.NullMarked;
