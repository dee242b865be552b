package dev.millrace.bench.report;

import picocli.CommandLine.Option;

/// How often everything is measured, all sides in turn each time.
public final class Rounds {

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often all sides are measured, in turns (default: ${DEFAULT-VALUE}).")
    private int number;

    /// @param usual how often, where the command line says nothing
    public Rounds(int usual) {
        this.number = usual;
    }

    public int number() {
        return number;
    }
}
