package dev.millrace.site.cli;

import dev.millrace.site.backup.RestoredHistory;
import dev.millrace.site.broker.FolderInUse;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `millrace audit …`: gets what proves the history of a site, and checks it.
@Command(
        name = "audit",
        description = "Prove what happened, and check such proofs.",
        subcommands = {AuditExportCommand.class, AuditVerifyCommand.class, AuditProofCommand.class})
final class AuditCommand {

    @Spec private @Nullable CommandSpec spec;

    @Command(description = "Show the public keys that the history is signed with.")
    int key(@Mixin SiteOptions site, @Mixin Output output) throws ApiProblem {
        var keys = site.connect().get("/v1/audit/key", Map.of());
        if (output.isJson()) {
            out().println(keys);
        } else {
            // Not in a table, which would cut them.
            out().println("operator  " + keys.path("operator").asText());
            for (var witness : keys.path("witnesses")) {
                out().println("witness   " + witness.asText());
            }
        }
        return 0;
    }

    @Command(
            description =
                    "List signed checkpoints, newest first; with -o json with their text and"
                            + " signatures.")
    int checkpoints(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "20",
                            description = "At most so many (default: ${DEFAULT-VALUE}).")
                    int limit)
            throws ApiProblem {
        var items = site.connect().list("/v1/audit/checkpoints", Map.of(), limit);
        output.items(out(), items, "size", "time", "partitions");
        return 0;
    }

    @Command(
            description = {
                "Show how the check of the log against the signed history is going, and what it"
                        + " found.",
                "Ends with 1 if anything differs."
            })
    int scrub(@Mixin SiteOptions site, @Mixin Output output) throws ApiProblem {
        var scrub = site.connect().get("/v1/audit/scrub", Map.of());
        int count = scrub.path("count").asInt();
        if (output.isJson()) {
            out().println(scrub);
        } else {
            out().printf(
                            "pass %d %s: %d of %d checked, at most %d bytes a second; last one ended: %s%n",
                            scrub.path("pass").asLong(),
                            scrub.path("state").asText(),
                            scrub.path("checked").asLong(),
                            scrub.path("total").asLong(),
                            scrub.path("bytes_per_second").asLong(),
                            scrub.path("ended").asText("never"));
            out().printf("differences: %d%n", count);
            for (var each : scrub.path("differences")) {
                out().printf("  %s  %s%n", each.path("place").asText(), each.path("kind").asText());
            }
        }
        return count == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    @Command(
            name = "continue",
            description = {
                "Let a restored site go on with the history of the backup. The site is stopped"
                        + " meanwhile.",
                "Only if nothing was signed after the backup was made: else it signs a second history"
                        + " with the same keys, and whoever has checkpoints of both can prove that."
            })
    int goOn(@Mixin StoppedSite site) throws FolderInUse, ApiProblem {
        return site.alone(folder -> {
            out().println(
                            RestoredHistory.goOn(folder)
                                    ? "the history goes on at the next start"
                                    : "nothing held the history up");
            return ExitCode.OK;
        });
    }

    @Command(
            description = {
                "Set the history and its keys aside, and begin a new one at the next start, with new"
                        + " keys, over all records that the site has. The site is stopped meanwhile.",
                "Keep the folders: what they prove, they prove on."
            })
    int begin(@Mixin StoppedSite site) throws FolderInUse, ApiProblem {
        return site.alone(folder -> {
            for (var kept : RestoredHistory.setAside(folder, Instant.now())) {
                out().println("set aside: " + kept);
            }
            return ExitCode.OK;
        });
    }

    private PrintWriter out() {
        return spec().commandLine().getOut();
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec, "picocli sets it before a command runs");
    }
}
