/// Tests of what every record carries.
@NullMarked
package dev.millrace.domain.event;

import org.jspecify.annotations.NullMarked;
