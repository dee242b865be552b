package dev.millrace.schemas.registry.embedded;

/// One version of a subject.
///
/// @param version 1 or more
/// @param id the schema's, the same under every subject of a context
/// @param hidden "soft deleted" in Confluent's words: out of the lists, still found by its id
record SchemaVersion(String subject, int version, int id, SchemaText schema, boolean hidden) {

    SchemaVersion asHidden() {
        return new SchemaVersion(subject, version, id, schema, true);
    }

    /// Whether it uses the types of a version.
    boolean refersTo(String otherSubject, int otherVersion) {
        return schema.references().stream()
                .anyMatch(reference ->
                        reference.version() == otherVersion
                                && reference.subjectFrom(subject).equals(otherSubject));
    }
}
