/// Makes the built-in models. Runs in the build only.
@NullMarked
package dev.millrace.inference.export;

import org.jspecify.annotations.NullMarked;
