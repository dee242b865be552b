package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.audit.tree.ConsistencyProof;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.InclusionProof;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `millrace audit proof …`: gets single proofs of a site, and checks each before it shows it.
@Command(
        name = "proof",
        description = {
            "Get a single proof out of the trees of the history, and check it.",
            "Ends with 1 if it does not hold."
        })
final class AuditProofCommand {

    @Spec private @Nullable CommandSpec spec;

    @Command(
            description =
                    "Prove that a record is in the tree of its partition, at the newest checkpoint or"
                            + " at a size before.")
    int inclusion(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Option(
                            names = "--topic",
                            paramLabel = "TOPIC",
                            required = true,
                            description = "The topic of the record.")
                    String topic,
            @Option(
                            names = "--partition",
                            paramLabel = "N",
                            required = true,
                            description = "Its partition.")
                    int partition,
            @Option(
                            names = "--offset",
                            paramLabel = "OFFSET",
                            required = true,
                            description = "Its offset there.")
                    long offset,
            @Option(
                            names = "--size",
                            paramLabel = "SIZE",
                            description = "Leaves of the tree (default: all that are signed).")
                    @Nullable Long size)
            throws ApiProblem {
        var query = new TreeMap<String, String>();
        query.put("topic", topic);
        query.put("partition", Integer.toString(partition));
        query.put("offset", Long.toString(offset));
        if (size != null) {
            query.put("size", size.toString());
        }
        var answer = site.connect().get("/v1/audit/proofs/inclusion", query);
        return told(answer, holdsInclusion(answer), output);
    }

    @Command(
            description =
                    "Prove that the site's log at one checkpoint begins with all of it at another; or"
                            + " the same of the tree of a partition.")
    int consistency(
            @Mixin SiteOptions site,
            @Mixin Output output,
            @Option(
                            names = "--topic",
                            paramLabel = "TOPIC",
                            description =
                                    "The topic of a partition; with --partition (default: the site's"
                                            + " log, whose sizes are those of checkpoints).")
                    @Nullable String topic,
            @Option(names = "--partition", paramLabel = "N", description = "Of that topic.")
                    @Nullable Integer partition,
            @Option(
                            names = "--from",
                            paramLabel = "SIZE",
                            required = true,
                            description = "The size of the earlier one.")
                    long from,
            @Option(
                            names = "--to",
                            paramLabel = "SIZE",
                            required = true,
                            description = "The size of the later one.")
                    long to)
            throws ApiProblem {
        var query = new TreeMap<String, String>();
        if (topic != null) {
            query.put("topic", topic);
        }
        if (partition != null) {
            query.put("partition", partition.toString());
        }
        query.put("from", Long.toString(from));
        query.put("to", Long.toString(to));
        var answer = site.connect().get("/v1/audit/proofs/consistency", query);
        return told(answer, holdsConsistency(answer), output);
    }

    private int told(JsonNode answer, boolean holds, Output output) {
        var line = spec().commandLine();
        if (output.isJson()) {
            line.getOut().println(answer);
        } else {
            // Not in a table, which would cut the hashes.
            answer.properties()
                    .forEach(field -> {
                        if (field.getValue().isArray()) {
                            line.getOut().println(field.getKey());
                            field.getValue()
                                    .forEach(hash -> line.getOut().println("  " + hash.asText()));
                        } else {
                            line.getOut()
                                    .println(field.getKey() + "  " + field.getValue().asText());
                        }
                    });
        }
        line.getErr().println(holds ? "the proof holds" : "the proof does not hold");
        return holds ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static boolean holdsInclusion(JsonNode answer) throws ApiProblem {
        try {
            return new InclusionProof(
                            answer.path("leaf_index").asLong(),
                            answer.path("tree_size").asLong(),
                            hash(answer.path("leaf_hash")),
                            path(answer.path("audit_path")),
                            hash(answer.path("root_hash")))
                    .holds();
        } catch (IllegalArgumentException malformed) {
            throw noProof(malformed);
        }
    }

    private static boolean holdsConsistency(JsonNode answer) throws ApiProblem {
        try {
            return new ConsistencyProof(
                            answer.path("tree_size_1").asLong(),
                            hash(answer.path("root_hash_1")),
                            answer.path("tree_size_2").asLong(),
                            hash(answer.path("root_hash_2")),
                            path(answer.path("consistency_path")))
                    .holds();
        } catch (IllegalArgumentException malformed) {
            throw noProof(malformed);
        }
    }

    private static List<Hash> path(JsonNode hashes) {
        var path = new ArrayList<Hash>();
        hashes.forEach(each -> path.add(hash(each)));
        return path;
    }

    private static Hash hash(JsonNode text) {
        return Hash.fromBase64(text.asText());
    }

    private static ApiProblem noProof(IllegalArgumentException malformed) {
        return new ApiProblem(0, "the answer is no proof: " + malformed.getMessage());
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec, "picocli sets it before a command runs");
    }
}
