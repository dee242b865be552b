package dev.millrace.domain.audit.note;

import dev.millrace.domain.event.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/// The keys that somebody who checks a history brings along. What is checked never adds to them.
///
/// @param operators of one site: all have its name, which is the origin of its checkpoints; one of
///   them must have signed
/// @param witnesses who may countersign; a witness may have several keys under its name, none has a
///   key of another or of the operator
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
        long names = witnesses.stream().map(VerifierKey::name).distinct().count();
        if (quorum < 0 || quorum > names) {
            throw new IllegalArgumentException(
                    "quorum: %d (expected: 0..%d, the number of witnesses)"
                            .formatted(quorum, names));
        }
        var keys = new HashSet<Bytes>();
        for (var key : all(operators, witnesses)) {
            if (!keys.add(key.key())) {
                throw new IllegalArgumentException(
                        "key of " + key.name() + ": it is there twice, here or of another");
            }
        }
        var origin = operators.getFirst().name();
        if (witnesses.stream().anyMatch(witness -> witness.name().equals(origin))) {
            throw new IllegalArgumentException(
                    "witness " + origin + ": the operator cannot be its own witness");
        }
    }

    /// The origin that checkpoints must have.
    public String origin() {
        return operators.getFirst().name();
    }

    /// Who of the trusted signed a note. Lines of strangers are only listed; but a line that has
    /// the name or the hash of a trusted key, and not both, is refused, so that no part of a
    /// signature can be changed unnoticed.
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
                requireStranger(line);
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

    private void requireStranger(SignatureLine line) {
        for (var key : all(operators, witnesses)) {
            if (key.name().equals(line.name()) || key.hash() == line.keyHash()) {
                throw new IllegalArgumentException(
                        "a signature in the name of %s by another key than you gave; give that too if you trust it"
                                .formatted(line.name()));
            }
        }
    }

    private static List<VerifierKey> all(List<VerifierKey> operators, List<VerifierKey> witnesses) {
        return Stream.concat(operators.stream(), witnesses.stream()).toList();
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

        /// How many witnesses countersigned, each counted once however many keys it has.
        public int witnessCount() {
            return (int) witnesses.stream().map(each -> each.witness().name()).distinct().count();
        }
    }

    /// A countersignature.
    ///
    /// @param time by the witness's clock
    public record Witnessed(VerifierKey witness, Instant time) {}
}
