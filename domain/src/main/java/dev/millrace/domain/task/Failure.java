package dev.millrace.domain.task;

/// Why something failed.
///
/// @param code for programs, in snake_case, for instance `not_text`
/// @param detail for people: the cause and the way out, at most 1,024 characters (longer is cut)
public record Failure(String code, String detail) {
    public Failure {
        detail = ForPeople.cut(detail);
    }
}
