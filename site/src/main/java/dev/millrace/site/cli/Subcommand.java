package dev.millrace.site.cli;

/// A subcommand of `millrace` that another module brings along: whatever implements this and is
/// named as a service on the class path is added to the command line.
///
/// The implementing class carries picocli's `@Command`.
public interface Subcommand {}
