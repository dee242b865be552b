/// Content too large for the log, addressed by its SHA-256.
@NullMarked
package dev.millrace.domain.blob;

import org.jspecify.annotations.NullMarked;
