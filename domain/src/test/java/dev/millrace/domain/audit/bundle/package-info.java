@NullMarked
package dev.millrace.domain.audit.bundle;

import org.jspecify.annotations.NullMarked;
