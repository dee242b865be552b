package dev.millrace.domain.audit.bundle;

import dev.millrace.domain.audit.Checkpoint;
import dev.millrace.domain.audit.bundle.Verdict.Flaw;
import dev.millrace.domain.audit.note.SignatureLine;
import dev.millrace.domain.audit.note.TrustedKeys;
import dev.millrace.domain.audit.note.VerifierKey;
import dev.millrace.domain.audit.note.WitnessKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Countersigns checkpoints of one site that continue the last one it countersigned: the site's log
/// and every single partition.
///
/// An offer is a bundle of all partitions, with the last checkpoint as the earlier one and no
/// records. Whoever runs a witness keeps the text of the last checkpoint durably before a
/// countersignature goes out.
public final class Witness {

    private final WitnessKey key;
    private final BundleVerifier verifier;

    /// @param operators the site's keys
    public Witness(WitnessKey key, List<VerifierKey> operators) {
        this.key = key;
        this.verifier = new BundleVerifier(new TrustedKeys(operators, List.of(), 0));
    }

    /// What came of an offer.
    public sealed interface Answer {

        /// The offer continues what the witness saw before.
        ///
        /// @param checkpoint the text that was countersigned, the last one from now on
        record Countersigned(String checkpoint, SignatureLine line) implements Answer {}

        /// The site does not keep to its own history, or does not show that it does.
        record Refused(List<Flaw> flaws) implements Answer {
            public Refused {
                flaws = List.copyOf(flaws);
            }
        }
    }

    /// Answers an offer.
    ///
    /// @param last the text of the checkpoint countersigned last; null for the first
    public Answer answer(byte[] offer, @Nullable String last, Instant now) {
        return switch (verifier.verify(offer)) {
            case Verdict.Refused(List<Flaw> flaws) -> new Answer.Refused(flaws);
            case Verdict.Proved proved -> answer(Bundle.parse(offer), proved, last, now);
        };
    }

    private Answer answer(
            Bundle bundle, Verdict.Proved proved, @Nullable String last, Instant now) {
        if (!proved.hasAllPartitions()) {
            return refused("bundle", "not all partitions of the site are there");
        }
        var before = bundle.before();
        if (last != null) {
            if (before == null
                    || !Checkpoint.parse(before.moment().checkpoint().text())
                            .equals(Checkpoint.parse(last))) {
                return refused(
                        "earlier checkpoint",
                        "not the one countersigned last, of size %d"
                                .formatted(Checkpoint.parse(last).size()));
            }
            if (!proved.noneVanished()) {
                return refused("earlier checkpoint", "not all of its partitions are there");
            }
        }
        var text = bundle.now().checkpoint().text();
        return new Answer.Countersigned(text, key.countersign(text, now));
    }

    private static Answer refused(String where, String what) {
        return new Answer.Refused(List.of(new Flaw(where, what)));
    }
}
