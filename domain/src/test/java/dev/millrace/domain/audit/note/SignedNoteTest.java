package dev.millrace.domain.audit.note;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.domain.event.Bytes;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignedNoteTest {

    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    private static final OperatorKey OPERATOR = new OperatorKey("mill.example/log", Keys.of(1));
    private static final WitnessKey WITNESS = new WitnessKey("witness.example/w1", Keys.of(2));
    private static final WitnessKey OTHER = new WitnessKey("witness.example/w2", Keys.of(3));
    private static final String TEXT = "mill.example/log\n7\nbGVhdmVz\n";
    private static final TrustedKeys TRUSTED =
            new TrustedKeys(List.of(OPERATOR.shown()), List.of(WITNESS.shown()), 1);

    @Test
    void noteIsReadBackAndItsSignersAreKnown() {
        var note =
                OPERATOR.sign(TEXT)
                        .with(WITNESS.countersign(TEXT, NOON))
                        .with(OTHER.countersign(TEXT, NOON));
        var read = SignedNote.parse(note.toBytes());

        assertThat(read).isEqualTo(note);
        assertThat(TRUSTED.check(read))
                .isEqualTo(
                        new TrustedKeys.Signers(
                                List.of(OPERATOR.shown()),
                                List.of(new TrustedKeys.Witnessed(WITNESS.shown(), NOON)),
                                List.of("witness.example/w2")));
    }

    @Test
    void countersigningAgainReplacesTheFormerSignature() {
        var later = NOON.plusSeconds(60);
        var note =
                OPERATOR.sign(TEXT)
                        .with(WITNESS.countersign(TEXT, NOON))
                        .with(WITNESS.countersign(TEXT, later));

        assertThat(TRUSTED.check(note).witnesses())
                .containsExactly(new TrustedKeys.Witnessed(WITNESS.shown(), later));
    }

    @Test
    void noBitOfANoteCanBeFlipped() {
        var note = OPERATOR.sign(TEXT).with(WITNESS.countersign(TEXT, NOON)).toBytes();
        for (int bit = 0; bit < note.length * Byte.SIZE; bit++) {
            var flipped = note.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));

            assertThat(isWitnessed(flipped)).as("bit %d", bit).isFalse();
        }
        assertThat(isWitnessed(note)).isTrue();
    }

    @Test
    void noteThatSomebodyElseSignedIsRefused() {
        var impostor = new OperatorKey("mill.example/log", Keys.of(4));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TRUSTED.check(impostor.sign(TEXT)))
                .withMessageContaining(
                        "in the name of mill.example/log by another key than you gave");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        TRUSTED.check(OPERATOR.sign(TEXT).with(WITNESS.countersign("x\n", NOON))))
                .withMessageContaining("countersignature of witness.example/w1 is not that of");
    }

    @Test
    void formsThatANoteDoesNotHaveAreRefused() {
        var note = OPERATOR.sign(TEXT).toString();
        var line = OPERATOR.sign(TEXT).signatures().getFirst().toString();
        for (var other :
                List.of(
                        "",
                        "\n",
                        TEXT,
                        TEXT + "\n",
                        note.stripTrailing(),
                        note + "\n",
                        note + line + "\n",
                        note.replace("\u2014 ", "- "),
                        note.replace("\u2014 ", "\u2014  "),
                        note.replace("\n7\n", "\n7\t\n"),
                        note.replace("=", ""),
                        note.replace("\n\n", "\n"))) {
            assertThatIllegalArgumentException()
                    .as(other)
                    .isThrownBy(() -> SignedNote.parse(other.getBytes(UTF_8)));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SignedNote.parse(new byte[SignedNote.MAX_BYTES + 1]))
                .withMessageContaining("expected: 0..65536");
    }

    @Test
    void verifierKeyIsReadBackAndNothingLikeItIs() {
        for (long seed = 0; seed < 50; seed++) {
            var key = new OperatorKey("site-" + seed, Keys.of(seed)).shown();
            assertThat(VerifierKey.parse(key.toString())).isEqualTo(key);
        }
        var text = WITNESS.shown().toString();
        for (int i = 0; i < text.length(); i++) {
            var other = text.substring(0, i) + (char) (text.charAt(i) ^ 1) + text.substring(i + 1);
            assertThatIllegalArgumentException()
                    .as(other)
                    .isThrownBy(() -> VerifierKey.parse(other));
        }
        for (var name : List.of("", "a b", "a+b", "a\nb", "a\u00a0b", "a\u2003b")) {
            assertThatIllegalArgumentException()
                    .as(name)
                    .isThrownBy(() -> new OperatorKey(name, Keys.of(1)));
        }
    }

    /// RFC 8032 §7.1, test 1. A signature has one form, so that a note cannot be signed in two
    /// ways.
    @Test
    void firstTestOfTheRfcHoldsInOneForm() {
        var key =
                HexFormat.of()
                        .parseHex(
                                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        var signature =
                HexFormat.of()
                        .parseHex(
                                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");

        assertThat(Ed25519.isSigned(key, new byte[0], signature)).isTrue();
        assertThat(Ed25519.isSigned(key, new byte[1], signature)).isFalse();
        // The same signature with the group's order added to its second half.
        assertThat(Ed25519.isSigned(key, new byte[0], plusOrder(signature))).isFalse();
    }

    @Test
    void trustedKeysThatWouldCountTwiceAreRefused() {
        var operators = List.of(OPERATOR.shown());
        var sameKey = new WitnessKey("witness.example/w9", Keys.of(2)).shown();
        var operatorAsWitness = new WitnessKey("witness.example/w8", Keys.of(1)).shown();
        var sameName = new WitnessKey("mill.example/log", Keys.of(5)).shown();
        var otherSite = new OperatorKey("other.example", Keys.of(6)).shown();

        refused(List.of(), List.of(), 0);
        refused(operators, List.of(WITNESS.shown(), sameKey), 1);
        refused(operators, List.of(operatorAsWitness), 1);
        refused(operators, List.of(sameName), 1);
        refused(List.of(OPERATOR.shown(), otherSite), List.of(), 0);
        refused(operators, List.of(WITNESS.shown()), 2);
        refused(operators, List.of(OPERATOR.shown()), 1);
        refused(List.of(WITNESS.shown()), List.of(), 0);
    }

    @Test
    void witnessWithTwoKeysCountsOnce() {
        var next = new WitnessKey("witness.example/w1", Keys.of(5));
        var operators = List.of(OPERATOR.shown());
        var both = List.of(WITNESS.shown(), next.shown());
        var note =
                OPERATOR.sign(TEXT)
                        .with(WITNESS.countersign(TEXT, NOON))
                        .with(next.countersign(TEXT, NOON));

        assertThat(new TrustedKeys(operators, both, 1).check(note).witnessCount()).isEqualTo(1);
        refused(operators, both, 2);
    }

    @Test
    void privatePartsAreNotPrinted() {
        var secret = Keys.of(1).getPrivate().getEncoded();
        var raw = new String(Base64.getEncoder().encode(Bytes.copyOf(secret).toArray()), UTF_8);

        assertThat(OPERATOR).hasToString(OPERATOR.shown().toString());
        assertThat(OPERATOR.toString()).doesNotContain(raw.substring(22, 60));
        assertThat(WITNESS).hasToString(WITNESS.shown().toString());
    }

    private static void refused(
            List<VerifierKey> operators, List<VerifierKey> witnesses, int quorum) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TrustedKeys(operators, witnesses, quorum));
    }

    private static boolean isWitnessed(byte[] note) {
        try {
            var signers = TRUSTED.check(SignedNote.parse(note));
            return signers.witnesses().size() == 1;
        } catch (IllegalArgumentException refused) {
            return false;
        }
    }

    private static byte[] plusOrder(byte[] signature) {
        var order =
                new BigInteger(
                        "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed", 16);
        var changed = signature.clone();
        var s = new byte[32];
        for (int i = 0; i < 32; i++) {
            s[31 - i] = signature[32 + i];
        }
        var sum = new BigInteger(1, s).add(order).toByteArray();
        for (int i = 0; i < 32; i++) {
            int at = sum.length - 1 - i;
            changed[32 + i] = at < 0 ? 0 : sum[at];
        }
        return changed;
    }
}
