package dev.millrace.libp2p.negotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.millrace.libp2p.Vectors;
import dev.millrace.libp2p.multiformats.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NegotiationTest {

    private static final String NOISE = "/noise";
    private static final String TLS = "/tls/1.0.0";
    private static final Bytes HEADER = message("/multistream/1.0.0");
    private static final Bytes NA = message("na");

    @Test
    void initiatorProposesAtOnceAndTakesTheEcho() {
        var initiator = new Initiator(List.of(NOISE));

        assertThat(initiator.start()).isEqualTo(HEADER.plus(message(NOISE)));
        assertThat(initiator.receive(input(HEADER))).isEqualTo(new Step.Waiting(Bytes.EMPTY));
        assertThat(initiator.receive(input(message(NOISE))))
                .isEqualTo(new Step.Agreed(NOISE, Bytes.EMPTY));
        assertThatIllegalStateException().isThrownBy(() -> initiator.receive(input(HEADER)));
    }

    @Test
    void initiatorGoesOnWithTheNextProposal() {
        var initiator = new Initiator(List.of(TLS, NOISE));
        initiator.start();

        assertThat(initiator.receive(input(HEADER.plus(NA))))
                .isEqualTo(new Step.Waiting(message(NOISE)));
        assertThat(initiator.receive(input(message(NOISE))))
                .isEqualTo(new Step.Agreed(NOISE, Bytes.EMPTY));
    }

    @Test
    void initiatorGivesUpAfterTheLast() {
        assertThat(new Initiator(List.of(TLS, NOISE)).receive(input(HEADER.plus(NA).plus(NA))))
                .isEqualTo(new Step.Failed("multistream: none of 2 protocols is spoken there"));
        assertThat(new Initiator(List.of(TLS)).receive(input(HEADER.plus(message(NOISE)))))
                .isEqualTo(new Step.Failed("multistream: \"/noise\" in answer to \"/tls/1.0.0\""));
        assertThat(new Initiator(List.of(TLS)).receive(input(message(TLS))))
                .isEqualTo(new Step.Failed("multistream: began with \"/tls/1.0.0\""));
        assertThat(new Initiator(List.of(TLS)).receive(input(Bytes.hex("ffff"))))
                .isEqualTo(
                        new Step.Failed(
                                "multistream: a length that is not 2..1024 in its shortest form"));
    }

    @Test
    void responderRefusesUntilItIsAskedForWhatItSpeaks() {
        var responder = new Responder(Set.of(NOISE)::contains);

        assertThat(responder.start()).isEqualTo(HEADER);
        assertThat(responder.receive(input(HEADER.plus(message(TLS)).plus(message("ls")))))
                .isEqualTo(new Step.Waiting(NA.plus(NA)));
        assertThat(responder.receive(input(message(NOISE))))
                .isEqualTo(new Step.Agreed(NOISE, message(NOISE)));
    }

    @Test
    void responderTakesPayloadBehindTheProposalForThePayloadsOwn() {
        var input = input(HEADER.plus(message(NOISE)).plus(Bytes.utf8("hello")));

        assertThat(new Responder(NOISE::equals).receive(input))
                .isEqualTo(new Step.Agreed(NOISE, message(NOISE)));
        assertThat(input.remaining()).isEqualTo(5);
    }

    @Test
    void proposalsInVainHaveAnEnd() {
        var responder = new Responder(_ -> false);
        responder.receive(input(HEADER));
        for (int i = 1; i < Responder.MOST_PROPOSALS; i++) {
            assertThat(responder.receive(input(message(TLS)))).isEqualTo(new Step.Waiting(NA));
        }

        assertThat(responder.receive(input(message(TLS))))
                .isEqualTo(new Step.Failed("multistream: 100 proposals in vain"));
    }

    @Test
    void answersAreNoProtocols() {
        for (var name : new String[] {"na", "ls"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Initiator(List.of(NOISE, name)));
            assertThat(new Responder(_ -> true).receive(input(HEADER.plus(message(name)))))
                    .isEqualTo(new Step.Waiting(NA));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Initiator(List.of()))
                .withMessage("protocols: none (expected: 1 or more)");
    }

    @Test
    void onlyWhoeverHasOneProtocolMayWriteAhead() {
        assertThat(new Initiator(List.of(NOISE)).mayWriteAhead()).isTrue();
        assertThat(new Initiator(List.of(NOISE, TLS)).mayWriteAhead()).isFalse();
    }

    /// Bytes arrive in pieces of any size; the initiator writes its payload ahead if it may.
    @Test
    void twoSidesAgreeOnTheFirstThatBothSpeakAndLoseNoPayload() {
        for (long seed = 0; seed < 3_000; seed++) {
            var random = new Random(seed);
            var wanted = protocols(random);
            var spoken = Set.copyOf(protocols(random));
            var common = wanted.stream().filter(spoken::contains).findFirst();
            var dialler = new Side(new Initiator(wanted), Bytes.utf8("from the dialler"));
            var listener =
                    new Side(new Responder(spoken::contains), Bytes.utf8("from the listener"));
            dialler.writesAhead = wanted.size() == 1 && random.nextBoolean();
            dialler.start();
            listener.start();
            boolean isMoving = true;
            while (isMoving) {
                boolean isSent = dialler.deliver(listener, random);
                isMoving = listener.deliver(dialler, random) || isSent;
            }

            if (common.isPresent()) {
                assertThat(dialler.agreed).as("seed %d", seed).isEqualTo(common.get());
                assertThat(listener.agreed).as("seed %d", seed).isEqualTo(common.get());
                assertThat(dialler.received).hasToString(listener.payload.toString());
                assertThat(listener.received).hasToString(dialler.payload.toString());
            } else {
                assertThat(dialler.hasFailed).as("seed %d", seed).isTrue();
                assertThat(listener.agreed).as("seed %d", seed).isEmpty();
            }
        }
    }

    @Test
    void noBytesMakeItThrow() {
        int failed = 0;
        for (long seed = 0; seed < 20_000; seed++) {
            var random = new Random(seed);
            var noise = new byte[random.nextInt(60)];
            random.nextBytes(noise);
            var bytes =
                    random.nextBoolean() ? HEADER.plus(Bytes.copyOf(noise)) : Bytes.copyOf(noise);
            for (var side : List.of(new Initiator(List.of(NOISE)), new Responder(NOISE::equals))) {
                if (side.receive(input(bytes)) instanceof Step.Failed(var cause)) {
                    assertThat(cause).matches("multistream: [ -~]{5,200}");
                    failed++;
                }
            }
        }
        assertThat(failed).isGreaterThan(10_000);
    }

    private static List<String> protocols(Random random) {
        var protocols = new ArrayList<>(List.of("/a", "/b/1.0.0", "/c"));
        Collections.shuffle(protocols, random);
        return List.copyOf(protocols.subList(0, 1 + random.nextInt(3)));
    }

    private static Bytes message(String text) {
        var vectors = Vectors.all("/multistream");
        var vector = vectors.get(text);
        return vector == null ? Messages.encode(text) : vector;
    }

    private static ByteBuffer input(Bytes bytes) {
        return ByteBuffer.wrap(bytes.toArray());
    }

    /// One end of a connection: what it has been sent and not read, and what came of it.
    private static final class Side {

        private final Negotiation negotiation;
        private final Bytes payload;
        private Bytes out = Bytes.EMPTY;
        private Bytes received = Bytes.EMPTY;
        private String agreed = "";
        private boolean hasFailed;
        private boolean writesAhead;

        Side(Negotiation negotiation, Bytes payload) {
            this.negotiation = negotiation;
            this.payload = payload;
        }

        void start() {
            out = negotiation.start();
            if (writesAhead) {
                out = out.plus(payload);
            }
        }

        /// Hands some of what was written to the other side; false if there is nothing.
        boolean deliver(Side other, Random random) {
            if (out.isEmpty()) {
                return false;
            }
            int size = 1 + random.nextInt(out.length());
            var piece = out.slice(0, size);
            out = out.slice(size, out.length());
            other.take(piece);
            return true;
        }

        private void take(Bytes piece) {
            if (hasFailed) {
                return;
            }
            if (!agreed.isEmpty()) {
                received = received.plus(piece);
                return;
            }
            var input = input(piece);
            switch (negotiation.receive(input)) {
                case Step.Waiting(var reply) -> out = out.plus(reply);
                case Step.Failed _ -> hasFailed = true;
                case Step.Agreed(var protocol, var reply) -> {
                    agreed = protocol;
                    out = out.plus(reply);
                    if (!writesAhead) {
                        out = out.plus(payload);
                    }
                    received = piece.slice(input.position(), piece.length());
                }
            }
        }
    }
}
