package dev.millrace.domain.audit.note;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/// The keys that somebody who checks a history brings along. What is checked never adds to them.
///
/// @param operators of one site: all have its name, which is the origin of its checkpoints; one of
///   them must have signed
/// @param witnesses who may countersign; none has a key of another or of the operator
/// @param quorum how many witnesses must have
public record TrustedKeys(List<VerifierKey> operators, List<VerifierKey> witnesses, int quorum) {

    public TrustedKeys {
        operators = List.copyOf(operators);
        witnesses = List.copyOf(witnesses);
        if (operators.isEmpty()
                || operators.stream().map(VerifierKey::name).distinct().count() > 1) {
            throw new IllegalArgumentException(
                    "operator keys: expected one or more, all of the same name");
        }
        requireType(operators, VerifierKey.Type.SIGNATURE);
        requireType(witnesses, VerifierKey.Type.COSIGNATURE);
        if (quorum < 0 || quorum > witnesses.size()) {
            throw new IllegalArgumentException(
                    "quorum: %d (expected: 0..%d, the number of witness keys)"
                            .formatted(quorum, witnesses.size()));
        }
        var keys = new HashSet<Object>();
        var names = new HashSet<String>();
        for (var witness : witnesses) {
            if (!keys.add(witness.key()) || !names.add(witness.name())) {
                throw new IllegalArgumentException(
                        "witness " + witness.name() + ": its name or key is there twice");
            }
        }
        for (var operator : operators) {
            if (!keys.add(operator.key()) || names.contains(operator.name())) {
                throw new IllegalArgumentException(
                        "operator " + operator.name() + ": its name or key is there twice");
            }
        }
    }

    /// The origin that checkpoints must have.
    public String origin() {
        return operators.getFirst().name();
    }

    /// Who of the trusted signed a note.
    ///
    /// @throws IllegalArgumentException if a signature in the name of a trusted key is not its own,
    ///   or none of the operator's is there
    public Signers check(SignedNote note) {
        var signed = new ArrayList<VerifierKey>();
        var witnessed = new ArrayList<Witnessed>();
        var unknown = new ArrayList<String>();
        for (var line : note.signatures()) {
            var operator = operators.stream().filter(key -> key.isNamedBy(line)).findAny();
            var witness = witnesses.stream().filter(key -> key.isNamedBy(line)).findAny();
            if (operator.isPresent()) {
                requireSigned(operator.get(), line, note);
                signed.add(operator.get());
            } else if (witness.isPresent()) {
                witnessed.add(requireWitnessed(witness.get(), line, note));
            } else {
                unknown.add(line.name());
            }
        }
        if (signed.isEmpty()) {
            throw new IllegalArgumentException(
                    "no signature by a key of %s that you trust; signed in the name of: %s"
                            .formatted(origin(), String.join(", ", unknown)));
        }
        return new Signers(signed, witnessed, unknown);
    }

    private static void requireSigned(VerifierKey key, SignatureLine line, SignedNote note) {
        var message = note.text().getBytes(StandardCharsets.UTF_8);
        if (!Ed25519.isSigned(key.key().toArray(), message, line.signature().toArray())) {
            throw new IllegalArgumentException(
                    "the signature of %s is not that of this text".formatted(key.name()));
        }
    }

    private static Witnessed requireWitnessed(
            VerifierKey key, SignatureLine line, SignedNote note) {
        var signed = line.signature().toArray();
        if (signed.length == Long.BYTES + Ed25519.SIGNATURE_BYTES) {
            long seconds = ByteBuffer.wrap(signed).getLong();
            var message = WitnessKey.message(note.text(), seconds);
            var signature = Arrays.copyOfRange(signed, Long.BYTES, signed.length);
            if (seconds >= 0
                    && seconds <= Instant.MAX.getEpochSecond()
                    && Ed25519.isSigned(key.key().toArray(), message, signature)) {
                return new Witnessed(key, Instant.ofEpochSecond(seconds));
            }
        }
        throw new IllegalArgumentException(
                "the countersignature of %s is not that of this text".formatted(key.name()));
    }

    private static void requireType(List<VerifierKey> keys, VerifierKey.Type type) {
        for (var key : keys) {
            if (key.type() != type) {
                throw new IllegalArgumentException(
                        "key of %s: %s (expected: %s)".formatted(key.name(), key.type(), type));
            }
        }
    }

    /// Who signed a note.
    ///
    /// @param operators at least one
    /// @param unknown names on lines that no trusted key answers for: they prove nothing
    public record Signers(
            List<VerifierKey> operators, List<Witnessed> witnesses, List<String> unknown) {
        public Signers {
            operators = List.copyOf(operators);
            witnesses = List.copyOf(witnesses);
            unknown = List.copyOf(unknown);
        }
    }

    /// A countersignature.
    ///
    /// @param time by the witness's clock
    public record Witnessed(VerifierKey witness, Instant time) {}
}
