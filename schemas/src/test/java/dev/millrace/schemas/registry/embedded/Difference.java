package dev.millrace.schemas.registry.embedded;

/// Where a registry answers otherwise than Confluent's API reference says.
///
/// The contract asks both kinds of registry the same, and says for each of these what the other
/// answer is, so that one which goes away fails the test as one that comes up does.
enum Difference {
    /// Ours asks BACKWARD_TRANSITIVE of a subject of which nobody asked anything, where Confluent's
    /// asks BACKWARD: records are kept for ever, so every version must stay readable.
    LEVEL_AT_FIRST_IS_TRANSITIVE,

    /// Apicurio's rules are off until somebody sets one: it asks NONE.
    LEVEL_AT_FIRST_IS_NONE,

    /// Apicurio has no answer for "this subject has no level of its own": it answers NONE, though
    /// the level for all holds for it.
    NO_LEVEL_OF_ITS_OWN_READS_NONE,

    /// Apicurio keeps a subject's level when the subject is deleted; Confluent's forgets it.
    LEVEL_OUTLIVES_ITS_SUBJECT,

    /// Apicurio says whether a schema fits, and never why.
    NO_REASONS,

    /// Apicurio's check against all versions, unlike its registration, compares with every one
    /// whatever the level, and of a subject that is not there says 40401 instead of "fits".
    CHECK_AGAINST_ALL_IGNORES_THE_LEVEL,

    /// Apicurio's check, unlike its registration, does not look up what a schema refers to, and
    /// takes the schema for a malformed one.
    CHECK_DOES_NOT_RESOLVE,

    /// Apicurio lets go of a version to which nothing but hidden schemas refer, as Confluent's
    /// does, but not of a whole subject.
    HIDDEN_REFERRERS_HOLD_A_SUBJECT,

    /// Apicurio takes 0 for a version that happens not to be there: 40402, not 42202.
    ANY_NUMBER_NAMES_A_VERSION,

    /// Apicurio tells the deletions that come in the wrong order apart by the same codes, under the
    /// status 409; Confluent's are 404.
    WRONG_ORDER_IS_A_CONFLICT,

    /// Apicurio lists among a deleted subject's versions those that had been deleted before it.
    DELETED_TWICE_IS_LISTED_TWICE,

    /// Of a subject of which nothing but hidden versions is left Apicurio says that the schema is
    /// not there (40403), not that the subject is not (40401).
    HIDDEN_SUBJECT_IS_FOUND,

    /// Apicurio keeps the content of an erased schema until a job of its own comes by, and its id
    /// goes on meaning it.
    ERASED_CONTENT_LINGERS,

    /// Apicurio takes a body without a schema for a fault of its own: 500, not 42201.
    NO_SCHEMA_BREAKS_IT,

    /// Apicurio has no contexts: `:.c:s` is a name like any other, and all names share the ids.
    NO_CONTEXTS,

    /// Apicurio takes the id that a request brings for a wish; Confluent's refuses it outside the
    /// mode IMPORT.
    IDS_MAY_BE_WISHED_FOR
}
