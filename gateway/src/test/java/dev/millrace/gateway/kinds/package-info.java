/// Tests of schemas and of what is held against them.
@NullMarked
package dev.millrace.gateway.kinds;

import org.jspecify.annotations.NullMarked;
