package dev.millrace.site.runtime;

import dev.millrace.gateway.status.Readiness;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Asks each part of the site how it is. Never blocks.
final class SiteReadiness implements Supplier<Readiness> {

    private final List<Check> checks;

    SiteReadiness(List<Check> checks) {
        this.checks = List.copyOf(checks);
    }

    @Override
    public Readiness get() {
        var isReady = true;
        var parts = new ArrayList<Readiness.Part>();
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

        /// A part that is ready, or on its way, or has ended.
        ///
        /// @param failure why it ended by itself; null while it goes on
        static Check of(
                String part,
                BooleanSupplier ready,
                Supplier<? extends @Nullable Throwable> failure) {
            return new Check(
                    part,
                    true,
                    () -> {
                        if (failure.get() != null) {
                            return Readiness.State.FAILED;
                        }
                        return ready.getAsBoolean()
                                ? Readiness.State.READY
                                : Readiness.State.STARTING;
                    },
                    () -> {
                        var ended = failure.get();
                        return ended == null ? "" : String.valueOf(ended.getMessage());
                    });
        }

        /// A part that may end by itself, and that a site is of use without.
        ///
        /// @param stopped completes when it has
        static Check ofWorker(
                String part,
                boolean isRequired,
                BooleanSupplier ready,
                CompletionStage<?> stopped) {
            var end = stopped.toCompletableFuture();
            var required =
                    of(
                            part,
                            ready,
                            () -> end.isCompletedExceptionally() ? end.exceptionNow() : null);
            return new Check(part, isRequired, required.state(), required.detail());
        }

        /// Something outside that the site can wait for.
        ///
        /// @param missing what it waits for, and the way out; null while all is there
        static Check waiting(
                String part, boolean isRequired, Supplier<? extends @Nullable String> missing) {
            return new Check(
                    part,
                    isRequired,
                    () -> missing.get() == null ? Readiness.State.READY : Readiness.State.WAITING,
                    () -> {
                        var why = missing.get();
                        return why == null ? "" : why;
                    });
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
                                case String word when word.startsWith("WAITING") ->
                                        Readiness.State.WAITING;
                                default ->
                                        ready.getAsBoolean()
                                                ? Readiness.State.READY
                                                : Readiness.State.STARTING;
                            },
                    () -> state.get().toLowerCase(Locale.ROOT));
        }
    }
}
