/// Evidence that travels: records with all that proves them, and the judgement of it.
@NullMarked
package dev.millrace.domain.audit.bundle;

import org.jspecify.annotations.NullMarked;
