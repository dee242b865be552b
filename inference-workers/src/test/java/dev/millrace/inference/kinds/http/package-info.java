/// Tests of the kind `http`.
@NullMarked
package dev.millrace.inference.kinds.http;

import org.jspecify.annotations.NullMarked;
