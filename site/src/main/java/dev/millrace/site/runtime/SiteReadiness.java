package dev.millrace.site.runtime;

import dev.millrace.gateway.status.Readiness;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Asks each part of the site how it is. Never blocks.
final class SiteReadiness implements Supplier<Readiness> {

    private final List<Check> checks;

    SiteReadiness(List<Check> checks) {
        this.checks = List.copyOf(checks);
    }

    @Override
    public Readiness get() {
        var isReady = true;
        var parts = new java.util.ArrayList<Readiness.Part>();
        for (var check : checks) {
            var state = check.state().get();
            isReady &= !check.isRequired() || state == Readiness.State.READY;
            parts.add(new Readiness.Part(check.part(), state, check.detail().get()));
        }
        return new Readiness(isReady, parts);
    }

    /// How one part is asked.
    ///
    /// @param isRequired whether the site is ready only when the part is
    /// @param detail for people; may be empty
    record Check(
            String part,
            boolean isRequired,
            Supplier<Readiness.State> state,
            Supplier<String> detail) {

        /// A part that is ready or on its way.
        static Check of(String part, BooleanSupplier ready) {
            return new Check(
                    part,
                    true,
                    () ->
                            ready.getAsBoolean()
                                    ? Readiness.State.READY
                                    : Readiness.State.STARTING,
                    () -> "");
        }

        /// An application of Kafka Streams.
        ///
        /// @param state Kafka's word for what it is doing
        static Check ofStreams(String part, BooleanSupplier ready, Supplier<String> state) {
            return new Check(
                    part,
                    true,
                    () ->
                            switch (state.get()) {
                                case "ERROR", "PENDING_ERROR", "NOT_RUNNING" ->
                                        Readiness.State.FAILED;
                                default ->
                                        ready.getAsBoolean()
                                                ? Readiness.State.READY
                                                : Readiness.State.STARTING;
                            },
                    () -> state.get().toLowerCase(java.util.Locale.ROOT));
        }
    }
}
