package dev.millrace.schemas.registry;

import org.apache.avro.Schema;

/// The few calls Millrace makes of a Schema Registry.
///
/// Safe for use by many threads. Calls block; callers remember the answers, which never change.
public interface SchemaStore {

    /// Registers a version of a subject's schema, once: the same schema has the same id again.
    ///
    /// @return the id by which every reader of this site's records finds the schema; 1 or more
    /// @throws SchemaRejected if records written before could not be read with it
    /// @throws RegistryUnavailable if the registry did not answer; trying again may help
    int register(String subject, Schema schema) throws SchemaRejected, RegistryUnavailable;

    /// The schema registered under an id.
    ///
    /// @throws SchemaNotFound if there is none
    /// @throws RegistryUnavailable if the registry did not answer; trying again may help
    Schema byId(int id) throws SchemaNotFound, RegistryUnavailable;
}
