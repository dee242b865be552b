package dev.millrace.gateway.problem;

/// One fault of a request.
///
/// @param field a field by its dotted path, or a parameter by its name
/// @param message what was expected
public record FieldError(String field, String message) {}
