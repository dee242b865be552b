/// Tests of which tokens are counted.
@NullMarked
package dev.millrace.inference.tokens;

import org.jspecify.annotations.NullMarked;
