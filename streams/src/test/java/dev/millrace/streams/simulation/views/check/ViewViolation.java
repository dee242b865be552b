package dev.millrace.streams.simulation.views.check;

/// Something that must not be.
public record ViewViolation(ViewRule rule, String what) {
    @Override
    public String toString() {
        return rule + ": " + what;
    }
}
