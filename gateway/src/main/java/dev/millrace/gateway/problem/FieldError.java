package dev.millrace.gateway.problem;

/// One fault of a request.
///
/// @param field a field by its dotted path, or a parameter by its name; what a schema is about, by
///   its JSON pointer
/// @param message what was expected
public record FieldError(String field, String message) {}
