package dev.millrace.schemas.registry.embedded;

import java.util.List;

/// A schema as it is kept: what two versions share if they have one id.
///
/// @param json compact
/// @param references the schemas whose types it uses without writing them out
record SchemaText(String json, List<Reference> references) {

    SchemaText {
        references = List.copyOf(references);
    }

    /// A schema that is written out in full.
    static SchemaText of(String json) {
        return new SchemaText(json, List.of());
    }

    /// A version whose types may be used.
    ///
    /// @param name what the referring schema calls it; for Avro, for people alone
    /// @param subject as it was written: without a context, it is in that of the referring schema
    record Reference(String name, String subject, int version) {

        /// The subject meant by a schema of a subject.
        String subjectFrom(String referring) {
            return SubjectName.parse(subject).from(SubjectName.contextOf(referring)).toString();
        }
    }
}
