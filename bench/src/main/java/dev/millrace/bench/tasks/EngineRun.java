package dev.millrace.bench.tasks;

import dev.millrace.bench.load.Arrivals;
import dev.millrace.bench.load.ClosedLoop;
import dev.millrace.bench.load.Latencies;
import dev.millrace.bench.load.OpenLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/// What an engine did in one round, with tasks of one step and of three.
///
/// @param durability what it has done with a result before it tells it
record EngineRun(String durability, Steps one, Steps three, double residentMiB) {

    /// What it did with tasks of so many steps.
    ///
    /// @param calm latencies at the low rate
    /// @param loaded latencies at the high rate
    /// @param failed requests of both that got no right answer
    /// @param saturated as much as it can
    record Steps(Latencies calm, Latencies loaded, long failed, Saturated saturated) {}

    /// What it did with a bounded number of tasks always under way.
    ///
    /// @param cpuSeconds of all its processes, meanwhile
    /// @param cpuByPart of that, where it tells
    record Saturated(
            double perSecond,
            double cpuSeconds,
            int tasks,
            int failed,
            Latencies latencies,
            Map<String, Double> cpuByPart) {

        double perCpuSecond() {
            return tasks / cpuSeconds;
        }
    }

    /// How an engine is put under load; both the same.
    ///
    /// @param calmRate tasks a second at low load
    /// @param loadedRate tasks a second under load; of three steps, a third of it
    /// @param inFlight tasks under way at saturation
    /// @param seconds how long each load lasts
    /// @param warmUpSeconds how long it is saturated before anything is measured, once for each
    ///   number of steps
    record Load(
            double calmRate,
            double loadedRate,
            int inFlight,
            int seconds,
            int warmUpSeconds,
            long seed) {}

    static EngineRun of(Engine engine, Load load, Consumer<String> notes)
            throws IOException, InterruptedException {
        var runner = new Runner(engine, load, notes);
        var _ = runner.saturate(1, load.warmUpSeconds());
        var _ = runner.saturate(3, load.warmUpSeconds());
        var one = runner.steps(1);
        var three = runner.steps(3);
        return new EngineRun(engine.durability(), one, three, engine.residentMiB());
    }

    private static final class Runner {

        private final Engine engine;
        private final Load load;
        private final Consumer<String> notes;
        private int next;

        Runner(Engine engine, Load load, Consumer<String> notes) {
            this.engine = engine;
            this.load = load;
            this.notes = notes;
        }

        Steps steps(int steps) throws IOException, InterruptedException {
            var calm = open(steps, load.calmRate());
            var loaded = open(steps, load.loadedRate() / steps);
            var saturated = saturate(steps, load.seconds());
            var result =
                    new Steps(
                            Latencies.of(calm),
                            Latencies.of(loaded),
                            Latencies.ofFailed(calm).count() + Latencies.ofFailed(loaded).count(),
                            saturated);
            notes.accept(
                    "%s, %d step(s): calm %.1f/%.1f ms, loaded %.1f/%.1f ms (p50/p99), %.0f/s, %.0f per CPU s, %d failed"
                            .formatted(
                                    engine.name(),
                                    steps,
                                    result.calm().p50(),
                                    result.calm().p99(),
                                    result.loaded().p50(),
                                    result.loaded().p99(),
                                    saturated.perSecond(),
                                    saturated.perCpuSecond(),
                                    result.failed() + saturated.failed()));
            return result;
        }

        private OpenLoop.Outcome open(int steps, double rate) throws InterruptedException {
            var due = Arrivals.poisson(rate, Duration.ofSeconds(load.seconds()), load.seed());
            int first = next;
            next += due.length;
            return new OpenLoop().run(due, number -> engine.task(steps, first + number));
        }

        Saturated saturate(int steps, int seconds) throws IOException, InterruptedException {
            double before = engine.cpuSeconds();
            var look = engine.look();
            var done =
                    ClosedLoop.run(
                            Duration.ofSeconds(seconds),
                            load.inFlight(),
                            next,
                            number -> engine.task(steps, number));
            double cpu = engine.cpuSeconds() - before;
            next += done.good() + done.failed();
            return new Saturated(
                    done.perSecond(),
                    cpu,
                    done.good(),
                    done.failed(),
                    done.latencies(),
                    look.cpuByPart());
        }
    }
}
