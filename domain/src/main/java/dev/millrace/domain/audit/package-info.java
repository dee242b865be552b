/// What the proof of history is about: leaves, partition heads, states of a site, checkpoints.
@NullMarked
package dev.millrace.domain.audit;

import org.jspecify.annotations.NullMarked;
