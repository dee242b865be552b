package dev.millrace.gateway.remote;

import dev.millrace.schemas.query.QueryError;

/// How a question to other processes ended.
///
/// @param <T> the type of the answer
sealed interface Asked<T> {

    /// One of them answered.
    record Answered<T>(T answer) implements Asked<T> {}

    /// One of them, or the last of them, said why not.
    record Refused<T>(QueryError error) implements Asked<T> {}

    /// None of them could be reached.
    record Silent<T>() implements Asked<T> {}

    /// As many questions are under way as may.
    record TooMany<T>(int most) implements Asked<T> {}
}
