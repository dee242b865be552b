package dev.millrace.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// What benchmarks share on their command line.
class ReportOptionsTest {

    @Command(name = "run")
    static final class Run {}

    @Command(name = "some")
    static final class Some {
        @Mixin private Rounds rounds = new Rounds(4);
        @Mixin private ReportOptions report = new ReportOptions();
    }

    private static Some parsed(String... arguments) {
        var some = new Some();
        new CommandLine(new Run()).addSubcommand(some).parseArgs(arguments);
        return some;
    }

    @Test
    void theReportNamesTheWholeCommand() {
        assertThat(parsed("some", "--rounds", "2").report.commandLine())
                .isEqualTo("./millrace some --rounds 2");
    }

    @Test
    void eachBenchmarkHasItsUsualNumberOfRounds() {
        assertThat(parsed("some").rounds.number()).isEqualTo(4);
        assertThat(parsed("some", "--rounds", "2").rounds.number()).isEqualTo(2);
        assertThat(new CommandLine(new Some()).getUsageMessage()).contains("(default: 4)");
    }
}
