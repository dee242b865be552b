package dev.millrace.libp2p.record;

import dev.millrace.libp2p.address.Multiaddr;
import dev.millrace.libp2p.identity.Identity;
import dev.millrace.libp2p.identity.PeerId;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import dev.millrace.libp2p.protobuf.MessageReader;
import dev.millrace.libp2p.protobuf.MessageWriter;
import java.util.ArrayList;
import java.util.List;

/// The addresses of a peer, as it says itself ([RFC
/// 0003](https://github.com/libp2p/specs/blob/master/RFC/0003-routing-records.md)).
///
/// Of two records of a peer, the one with the higher sequence counts. Addresses are kept as they
/// came, for a peer may have some that are unknown here: [#addresses] leaves those out.
///
/// @param peer whose they are
/// @param sequence 64 bits without a sign, such as the time in milliseconds
/// @param encodedAddresses at most [#MOST_ADDRESSES], of at most [Multiaddr#MAX_BYTES] each;
///   without the peer at the end
public record PeerRecord(PeerId peer, long sequence, List<Bytes> encodedAddresses) {

    public static final int MOST_ADDRESSES = 500;

    private static final String SUBJECT = "peer record";
    private static final int PEER = 1;
    private static final int SEQUENCE = 2;
    private static final int ADDRESSES = 3;
    private static final int ADDRESS = 1;

    /// What stands before an address in its message: a tag and a length.
    private static final int ADDRESS_PREFIX_BYTES = 3;

    public PeerRecord {
        encodedAddresses = List.copyOf(encodedAddresses);
        if (encodedAddresses.size() > MOST_ADDRESSES) {
            throw MalformedInput.of(
                    SUBJECT,
                    "%d addresses (expected: 0..%d)"
                            .formatted(encodedAddresses.size(), MOST_ADDRESSES));
        }
        for (var address : encodedAddresses) {
            if (address.length() > Multiaddr.MAX_BYTES) {
                throw MalformedInput.of(
                        SUBJECT,
                        "an address of %d bytes (expected: 0..%d)"
                                .formatted(address.length(), Multiaddr.MAX_BYTES));
            }
        }
    }

    /// A record of addresses that are known here.
    public static PeerRecord of(PeerId peer, long sequence, List<Multiaddr> addresses) {
        return new PeerRecord(peer, sequence, addresses.stream().map(Multiaddr::encode).toList());
    }

    /// Reads the message without asking who wrote it: [#open] does that too.
    ///
    /// @throws MalformedInput if it is anything but what [#encode] writes
    public static PeerRecord decode(Bytes encoded) {
        var message = new MessageReader(SUBJECT, encoded);
        var peer = PeerId.decode(message.requiredBytes(PEER, PeerId.MAX_BYTES));
        long sequence = message.varint(SEQUENCE);
        var addresses = new ArrayList<Bytes>();
        for (var address :
                message.messages(
                        ADDRESSES, MOST_ADDRESSES, Multiaddr.MAX_BYTES + ADDRESS_PREFIX_BYTES)) {
            addresses.add(address.bytes(ADDRESS, Multiaddr.MAX_BYTES));
            address.end();
        }
        message.end();
        return new PeerRecord(peer, sequence, addresses);
    }

    /// Reads the record in an envelope, which must be signed by the peer it is about.
    ///
    /// @throws NotAuthentic if it is not
    /// @throws MalformedInput if it is signed, and no record all the same
    public static PeerRecord open(SignedEnvelope envelope) throws NotAuthentic {
        var record = decode(envelope.open(PayloadKind.PEER_RECORD));
        if (!record.peer.isOf(envelope.signer())) {
            throw new NotAuthentic(
                    "peer record: of %s, signed by %s"
                            .formatted(record.peer, envelope.signer().peerId()));
        }
        return record;
    }

    /// This record under the signature of the peer it is about.
    public SignedEnvelope seal(Identity signer) {
        if (!peer.equals(signer.peerId())) {
            throw new IllegalArgumentException(
                    "signer: %s (expected: %s)".formatted(signer.peerId(), peer));
        }
        return SignedEnvelope.seal(signer, PayloadKind.PEER_RECORD, encode());
    }

    public Bytes encode() {
        var message = new MessageWriter().requiredBytes(PEER, peer.encode());
        message.varint(SEQUENCE, sequence);
        for (var address : encodedAddresses) {
            message.requiredBytes(ADDRESSES, new MessageWriter().bytes(ADDRESS, address).toBytes());
        }
        return message.toBytes();
    }

    /// The addresses that can be read here, in their order.
    public List<Multiaddr> addresses() {
        var addresses = new ArrayList<Multiaddr>();
        for (var encoded : encodedAddresses) {
            try {
                addresses.add(Multiaddr.decode(encoded));
            } catch (MalformedInput unknown) {
                // A protocol from after this version, most likely; the other addresses still lead
                // there.
            }
        }
        return List.copyOf(addresses);
    }

    /// Whether this one counts rather than another of the same peer.
    public boolean isNewerThan(PeerRecord other) {
        return Long.compareUnsigned(sequence, other.sequence) > 0;
    }
}
