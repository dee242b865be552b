/// Turns what callers submit into commands.
@NullMarked
package dev.millrace.gateway.submit;

import org.jspecify.annotations.NullMarked;
