/// Load by a schedule: requests go out when they are due, however slow the answers are.
@NullMarked
package dev.millrace.bench.load;

import org.jspecify.annotations.NullMarked;
