/// Tests.
@NullMarked
package dev.millrace.inference.work;

import org.jspecify.annotations.NullMarked;
