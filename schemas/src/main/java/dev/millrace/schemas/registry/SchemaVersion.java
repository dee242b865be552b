package dev.millrace.schemas.registry;

import org.apache.avro.Schema;

/// One version of a subject.
///
/// @param version 1 or more
/// @param id the schema's, the same under every subject
/// @param text the schema as compact JSON
/// @param hidden "soft deleted" in Confluent's words: out of the lists, still found by its id
record SchemaVersion(String subject, int version, int id, String text, boolean hidden) {

    Schema schema() {
        return new Schema.Parser().parse(text);
    }

    SchemaVersion asHidden() {
        return new SchemaVersion(subject, version, id, text, true);
    }
}
