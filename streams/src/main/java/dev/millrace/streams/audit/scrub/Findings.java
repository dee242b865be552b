package dev.millrace.streams.audit.scrub;

import dev.millrace.domain.audit.Difference;

/// Takes note of differences, known ones too.
@FunctionalInterface
interface Findings {
    void found(Difference difference);
}
