package dev.millrace.schemas.registry;

import org.apache.avro.Schema;

/// The few calls Millrace makes of a Schema Registry.
///
/// Safe for use by many threads; calls may block on the network.
public interface SchemaStore {

    /// The id of a schema under a subject, which is registered if it is new.
    ///
    /// @param subject `<topic>-value`, as Confluent's serializers name it
    /// @throws SchemaRejected if the schema is not compatible with the subject's earlier ones
    /// @throws RegistryUnavailable if there is no answer just now
    int register(String subject, Schema schema) throws SchemaRejected, RegistryUnavailable;

    /// The schema that an id stands for.
    ///
    /// @throws SchemaRejected if the registry knows no such id
    /// @throws RegistryUnavailable if there is no answer just now
    Schema byId(int id) throws SchemaRejected, RegistryUnavailable;
}
