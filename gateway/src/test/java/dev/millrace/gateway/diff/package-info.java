@NullMarked
package dev.millrace.gateway.diff;

import org.jspecify.annotations.NullMarked;
