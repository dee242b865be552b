/// What every report says of the machine and the run, and how numbers are summed up.
@NullMarked
package dev.millrace.bench.report;

import org.jspecify.annotations.NullMarked;
