package dev.millrace.streams.simulation.check;

import dev.millrace.streams.simulation.Seams;
import dev.millrace.streams.simulation.Simulation;
import dev.millrace.streams.simulation.Trace;
import java.util.List;

/// Runs a simulation and holds it to every [Rule].
public final class Checker {

    private Checker() {}

    /// All that is wrong with the run of a seed; empty if nothing is.
    public static List<Violation> violations(long seed, Seams seams, Trace trace) {
        var findings = new Findings();
        var run = Simulation.run(seed, seams, trace, new TimerRules(findings));
        var history = History.of(run);
        OutcomeRules.look(history, findings);
        var belief = new BeliefRules(run.claims(), findings);
        var attempts = new AttemptRules(findings);
        var times = new TimeRules(findings);
        var dependencies = new DependencyRules(history, findings);
        var results = new ResultRules(run, history, findings);
        var spread = new SpreadRules(run, findings);
        for (var steps : history.steps().values()) {
            for (var step : steps) {
                belief.look(step);
                attempts.look(step);
                times.look(step);
                dependencies.look(step);
                results.look(step);
                spread.look(step);
            }
        }
        StateRules.look(run, history, findings);
        return findings.all();
    }
}
