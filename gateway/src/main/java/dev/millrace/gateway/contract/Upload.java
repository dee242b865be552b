package dev.millrace.gateway.contract;

/// A file that came in a form.
///
/// @param name as its sender calls it, a path perhaps; never to be used as a path here
/// @param mediaType as its sender says; empty if it does not
/// @param content its bytes; not copied
@SuppressWarnings("ArrayRecordComponent") // up to 16 MiB, handed over once and never compared
public record Upload(String name, String mediaType, byte[] content) {}
