@NullMarked
package dev.millrace.domain.audit.note;

import org.jspecify.annotations.NullMarked;
