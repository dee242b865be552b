package dev.millrace.streams.audit;

import dev.millrace.domain.audit.Audit.Keys;
import dev.millrace.domain.audit.note.OperatorKey;
import dev.millrace.domain.audit.note.WitnessKey;
import java.util.List;

/// Who signs: the site itself, and the witnesses that live beside it.
public record AuditKeys(OperatorKey operator, List<WitnessKey> witnesses) {

    public AuditKeys {
        witnesses = List.copyOf(witnesses);
    }

    /// The public parts.
    Keys shown() {
        return new Keys(operator.shown(), witnesses.stream().map(WitnessKey::shown).toList());
    }
}
