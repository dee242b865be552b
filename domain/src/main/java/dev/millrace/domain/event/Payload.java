package dev.millrace.domain.event;

/// What an [Envelope] carries: a message in the clear, one sealed for its readers, or one written
/// by a newer site that this one has no word for.
///
/// A fold skips what it cannot read, sealed or unknown, and never fails on it: the record is
/// history already.
///
/// @param <P> the topic's vocabulary
public sealed interface Payload<P extends Message> {

    /// A message anyone who may read the topic may read.
    record Clear<P extends Message>(P message) implements Payload<P> {}

    /// A message encrypted for whoever holds the key `keyId`.
    ///
    /// @param keyId names the key; an erased subject's key is gone for ever
    /// @param algorithm as registered for JOSE or HPKE, for instance `A256GCM`
    record Sealed<P extends Message>(String keyId, String algorithm, Bytes nonce, Bytes ciphertext)
            implements Payload<P> {}

    /// A message of a branch that this version of the schema lacks.
    ///
    /// @param branch the full name of the Avro record it was written as
    /// @param fingerprint the SHA-256 of the writer schema's canonical form, by which the schema is
    ///   found in the `schemas` topic
    record Unknown<P extends Message>(String branch, Digest fingerprint) implements Payload<P> {}
}
