/// Tests of what the model looks at.
@NullMarked
package dev.millrace.inference.hashing;

import org.jspecify.annotations.NullMarked;
