/// Tests of `dev.millrace.bench.audit`.
@NullMarked
package dev.millrace.bench.audit;

import org.jspecify.annotations.NullMarked;
