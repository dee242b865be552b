@NullMarked
package dev.millrace.streams.audit;

import org.jspecify.annotations.NullMarked;
