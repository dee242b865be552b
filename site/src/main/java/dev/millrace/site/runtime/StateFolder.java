package dev.millrace.site.runtime;

import java.nio.file.Path;

/// The folder for the state of all applications. It is there before the first of them starts: each
/// would make it if it were not, and two that try at once fail.
record StateFolder(Path path) {}
