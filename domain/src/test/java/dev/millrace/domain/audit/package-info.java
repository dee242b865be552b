@NullMarked
package dev.millrace.domain.audit;

import org.jspecify.annotations.NullMarked;
