package dev.millrace.libp2p.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.libp2p.Damage;
import dev.millrace.libp2p.Vectors;
import dev.millrace.libp2p.address.Multiaddr;
import dev.millrace.libp2p.identity.Identity;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PeerRecordTest {

    private static final Identity A = Identity.ofSeed(Vectors.bytes("/keys/A/seed").toArray());
    private static final Identity B = Identity.ofSeed(Vectors.bytes("/keys/B/seed").toArray());
    private static final Bytes ENVELOPE = Vectors.bytes("/signedPeerRecord/envelope");
    private static final PeerRecord RECORD =
            PeerRecord.of(A.peerId(), 1, List.of(Multiaddr.parse("/ip4/192.0.2.1/tcp/4001")));

    @Test
    void recordIsThatOfTheVectors() throws NotAuthentic {
        assertThat(RECORD.encode()).isEqualTo(Vectors.bytes("/signedPeerRecord/payload"));
        assertThat(RECORD.seal(A).encode()).isEqualTo(ENVELOPE);
        var read = SignedEnvelope.decode(ENVELOPE);
        assertThat(read).isEqualTo(RECORD.seal(A)).hasSameHashCodeAs(RECORD.seal(A));
        assertThat(PeerRecord.open(read)).isEqualTo(RECORD);
        assertThat(read.signer()).isEqualTo(A.publicKey());
    }

    @Test
    void everyRecordComesBack() throws NotAuthentic {
        for (long seed = 0; seed < 50; seed++) {
            var random = new Random(seed);
            var addresses = new ArrayList<Multiaddr>();
            for (int left = random.nextInt(5); left > 0; left--) {
                addresses.add(Multiaddr.parse("/dns/a.example/udp/" + random.nextInt(0x10000)));
            }
            var record = PeerRecord.of(A.peerId(), random.nextLong(), addresses);
            var sent = record.seal(A).encode();

            assertThat(PeerRecord.open(SignedEnvelope.decode(sent))).isEqualTo(record);
            assertThat(record.addresses()).isEqualTo(addresses);
        }
    }

    @Test
    void unknownAddressesAreKeptAndLeftOut() {
        var unknown = Bytes.hex("e80701");
        var known = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");
        var record = new PeerRecord(A.peerId(), 7, List.of(unknown, Bytes.EMPTY, known.encode()));

        assertThat(record.addresses()).containsExactly(known);
        assertThat(PeerRecord.decode(record.encode())).isEqualTo(record);
    }

    @Test
    void damagedEnvelopesAreReadAsTheyAreOrRefusedAndNeverOpen() {
        var damage = new Damage();
        damage.all(
                ENVELOPE,
                encoded -> {
                    var envelope = SignedEnvelope.decode(encoded);
                    if (!encoded.equals(ENVELOPE)) {
                        assertThatExceptionOfType(NotAuthentic.class)
                                .isThrownBy(() -> PeerRecord.open(envelope));
                    }
                    return envelope.encode();
                });

        assertThat(damage.read()).isGreaterThan(1_000);
        assertThat(damage.refused()).isGreaterThan(200);
    }

    @Test
    void damagedRecordsAreReadAsTheyAreOrRefused() {
        var random = new Random(4);
        var damage = new Damage().all(RECORD.encode(), PeerRecordTest::again);
        for (int i = 0; i < 2_000; i++) {
            damage.noise(random, 60, PeerRecordTest::again);
        }

        assertThat(damage.read()).isGreaterThan(300);
        assertThat(damage.refused()).isGreaterThan(2_000);
    }

    @Test
    void signatureForOnePurposeIsWorthNothingForAnother() {
        var voucher = SignedEnvelope.seal(A, PayloadKind.RELAY_VOUCHER, RECORD.encode());
        var alike = new PayloadKind("libp2p-relay-rsvp", PayloadKind.PEER_RECORD.code());
        var disguised = SignedEnvelope.seal(A, alike, RECORD.encode());

        assertThatExceptionOfType(NotAuthentic.class)
                .isThrownBy(() -> PeerRecord.open(voucher))
                .withMessage("envelope: a payload of type 0302 (expected: 0301)");
        assertThatExceptionOfType(NotAuthentic.class)
                .isThrownBy(() -> PeerRecord.open(disguised))
                .withMessage("envelope: no signature of " + A.peerId());
    }

    @Test
    void peersSpeakForThemselvesAlone() {
        var foreign = SignedEnvelope.seal(B, PayloadKind.PEER_RECORD, RECORD.encode());

        assertThatExceptionOfType(NotAuthentic.class)
                .isThrownBy(() -> PeerRecord.open(foreign))
                .withMessage("peer record: of %s, signed by %s", A.peerId(), B.peerId());
        assertThatIllegalArgumentException().isThrownBy(() -> RECORD.seal(B));
    }

    @Test
    void signerThatCannotBeCheckedIsNotBelieved() {
        var key = "08021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99";
        var envelope = SignedEnvelope.decode(Bytes.hex("0a25" + key + "12020301" + "2a0101"));

        assertThatExceptionOfType(NotAuthentic.class)
                .isThrownBy(() -> envelope.open(PayloadKind.PEER_RECORD))
                .withMessage("envelope: signed with SECP256K1, which cannot be checked here");
    }

    @Test
    void sequencesHaveNoSign() {
        var last = PeerRecord.of(A.peerId(), -1, List.of());

        assertThat(last.isNewerThan(RECORD)).isTrue();
        assertThat(RECORD.isNewerThan(last)).isFalse();
        assertThat(RECORD.isNewerThan(RECORD)).isFalse();
    }

    @Test
    void boundsAreHeld() {
        var address = Bytes.copyOf(new byte[Multiaddr.MAX_BYTES + 1]);
        var many = Collections.nCopies(PeerRecord.MOST_ADDRESSES + 1, Bytes.EMPTY);
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> new PeerRecord(A.peerId(), 1, many))
                .withMessage("peer record: 501 addresses (expected: 0..500)");
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> new PeerRecord(A.peerId(), 1, List.of(address)))
                .withMessage("peer record: an address of 1025 bytes (expected: 0..1024)");
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> SignedEnvelope.decode(Bytes.copyOf(new byte[8_193])))
                .withMessage("signed envelope: 8193 bytes (expected: 0..8192)");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SignedEnvelope.seal(
                                A, PayloadKind.PEER_RECORD, Bytes.copyOf(new byte[8_192])))
                .withMessageContaining("(expected: 0..8192)");
        var most = new PeerRecord(A.peerId(), 1, many.subList(1, many.size()));
        assertThat(PeerRecord.decode(most.encode())).isEqualTo(most);
    }

    private static Bytes again(Bytes encoded) {
        return PeerRecord.decode(encoded).encode();
    }
}
