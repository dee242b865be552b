@NullMarked
package dev.millrace.streams.audit.scrub;

import org.jspecify.annotations.NullMarked;
