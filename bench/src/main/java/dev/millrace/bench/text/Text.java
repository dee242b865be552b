package dev.millrace.bench.text;

/// A text to take in.
///
/// @param name what the document is called
/// @param mediaType `text/plain` or `text/markdown`
public record Text(String name, String mediaType, String body) {}
