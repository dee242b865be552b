package dev.millrace.gateway.audit;

import dev.millrace.domain.audit.Audit;
import dev.millrace.domain.audit.Audit.Scope;
import dev.millrace.domain.audit.Audit.Signed;
import dev.millrace.domain.audit.AuditTree.OfPartition;
import dev.millrace.domain.audit.AuditTree.SiteLog;
import dev.millrace.domain.audit.AuditUnavailable;
import dev.millrace.domain.audit.Difference;
import dev.millrace.domain.audit.ScrubStatus;
import dev.millrace.domain.audit.note.VerifierKey;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Position;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import dev.millrace.gateway.rows.RowAnswers;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `/v1/audit/…`: what proves the history of the site.
///
/// That history is the site's, of all tenants in one, so it is shown to the default tenant alone.
public final class AuditResource {

    private static final Logger LOG = LoggerFactory.getLogger(AuditResource.class);
    private static final int RETRY_SECONDS = 2;
    private static final Set<String> OF_PERSON = Set.of("subject", "actor", "from", "to", "after");
    private static final String TOKEN = "token";
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");
    private static final String EXPECTED =
            "expected: `task`; or `subject` or `actor`, with `from` and `to` if you like; or `topic`, `partition`, `from` and `to`, which are offsets; or `from`"
                    + " and `to`, which are times";

    private final Audit audit;

    public AuditResource(Audit audit) {
        this.audit = audit;
    }

    /// The public keys.
    public CompletionStage<Answer> keys(Call call) throws AuditUnavailable {
        requireWhole(call);
        var keys = audit.keys();
        var witnesses = new JsonArray();
        keys.witnesses().stream().map(VerifierKey::toString).forEach(witnesses::add);
        return CompletableFuture.completedStage(
                Answer.json(
                        new JsonObject()
                                .put("operator", keys.operator().toString())
                                .put("witnesses", witnesses)
                                .encode()));
    }

    /// Lists checkpoints, newest first. Blocks on the files of the history.
    public CompletionStage<Answer> checkpoints(Call call) throws AuditUnavailable {
        requireWhole(call);
        int limit = call.integer("limit");
        var token = call.text(TOKEN);
        long below =
                token == null ? Long.MAX_VALUE : Call.parsed(TOKEN, token, AuditResource::size);
        var found = reading(() -> audit.checkpoints(below, limit + 1));
        var items = found.stream().limit(limit).toList();
        return CompletableFuture.completedStage(
                Answer.page(
                        call,
                        items.stream().map(each -> json(each).encode()).toList(),
                        items.size() < found.size()
                                ? Long.toString(items.getLast().state().number() + 1)
                                : null,
                        Position.START,
                        TOKEN));
    }

    /// Makes a bundle. Blocks on the files and the log.
    public CompletionStage<Answer> bundle(Call call) throws AuditUnavailable {
        requireWhole(call);
        var scope = scope(call.body());
        var since = call.body().getLong("since");
        var evidence = reading(() -> audit.bundle(scope, since));
        var answer = Answer.bytes(evidence.bundle().toArray());
        var rest = evidence.rest();
        return CompletableFuture.completedStage(
                rest == null ? answer : answer.with(RowAnswers.NEXT, rest.toString()));
    }

    /// Proves that a record is in the tree of its partition. Blocks on the files of the history.
    public CompletionStage<Answer> inclusion(Call call) throws AuditUnavailable {
        requireWhole(call);
        var tree = new OfPartition(call.required("topic"), call.integer("partition"));
        long offset = number(call, "offset");
        var proved = reading(() -> audit.inclusion(tree, offset, call.number("size")));
        return CompletableFuture.completedStage(Answer.json(ProofJson.of(tree, proved).encode()));
    }

    /// Proves that a tree only grew. Blocks on the files of the history.
    public CompletionStage<Answer> consistency(Call call) throws AuditUnavailable {
        requireWhole(call);
        var topic = call.text("topic");
        var partition = call.number("partition");
        if ((topic == null) != (partition == null)) {
            throw new InvalidQuery(
                    "topic, partition: one of them (expected: both; or neither, for the site's log that"
                            + " checkpoints are of)");
        }
        var tree =
                topic == null || partition == null
                        ? new SiteLog()
                        : new OfPartition(topic, partition.intValue());
        long from = number(call, "from");
        long to = number(call, "to");
        var proof = reading(() -> audit.consistency(tree, from, to));
        return CompletableFuture.completedStage(Answer.json(ProofJson.of(tree, proof).encode()));
    }

    /// How the self-check is going.
    public CompletionStage<Answer> scrub(Call call) throws AuditUnavailable {
        requireWhole(call);
        return CompletableFuture.completedStage(Answer.json(json(audit.scrub()).encode()));
    }

    /// What the contract requires.
    private static long number(Call call, String name) {
        return Objects.requireNonNull(call.number(name), name);
    }

    private static long size(String token) {
        try {
            return Long.parseLong(token);
        } catch (NumberFormatException notNumber) {
            throw new IllegalArgumentException(
                    token + " (expected: the next_token of a page)", notNumber);
        }
    }

    private static JsonObject json(ScrubStatus status) {
        var differences = new JsonArray();
        status.differences().forEach(each -> differences.add(json(each)));
        return new JsonObject()
                .put("pass", status.pass())
                .put("state", status.isUnderWay() ? "running" : "waiting")
                .put("began", text(status.began()))
                .put("ended", text(status.ended()))
                .put("checked", status.checked())
                .put("total", status.total())
                .put("bytes_per_second", status.bytesPerSecond())
                .put("every_ms", status.every().toMillis())
                .put("count", status.count())
                .put("differences", differences);
    }

    private static JsonObject json(Difference difference) {
        return new JsonObject()
                .put("place", difference.place())
                .put("topic", difference.topic())
                .put("partition", difference.partition())
                .put("offset", difference.offset())
                .put("kind", difference.kind().wireName())
                .put("expected", text(difference.expected()))
                .put("found", text(difference.found()));
    }

    private static @Nullable String text(@Nullable Object value) {
        return value instanceof Digest digest
                ? digest.hex()
                : value == null ? null : value.toString();
    }

    private static JsonObject json(Signed signed) {
        var state = signed.state();
        return new JsonObject()
                .put("size", state.number() + 1)
                .put("time", Instant.ofEpochMilli(state.time()).toString())
                .put("partitions", state.partitions())
                .put("checkpoint", signed.note().toString());
    }

    private static Scope scope(JsonObject body) {
        var fields =
                Set.copyOf(body.fieldNames().stream().filter(f -> !f.equals("since")).toList());
        var from = body.getValue("from");
        var to = body.getValue("to");
        if (fields.equals(Set.of("task"))) {
            return new Scope.OfTask(Call.parsed("task", body.getString("task"), TaskId::parse));
        }
        if (fields.equals(Set.of("topic", "partition", "from", "to"))
                && from instanceof Number first
                && to instanceof Number behind) {
            return new Scope.OfRange(
                    body.getString("topic"),
                    body.getInteger("partition"),
                    first.longValue(),
                    behind.longValue());
        }
        if (fields.equals(Set.of("from", "to"))
                && from instanceof String first
                && to instanceof String behind) {
            return new Scope.OfTime(time("from", first), time("to", behind));
        }
        if (fields.contains("subject") != fields.contains("actor")
                && OF_PERSON.containsAll(fields)
                && (from == null || from instanceof String)
                && (to == null || to instanceof String)) {
            return new Scope.OfPerson(
                    body.getString("subject"),
                    body.getString("actor"),
                    from instanceof String first ? time("from", first) : Instant.EPOCH,
                    to instanceof String behind ? time("to", behind) : LAST,
                    Call.parsed("after", body.getString("after", ""), Position::parse));
        }
        throw new InvalidQuery("these fields say no scope together (" + EXPECTED + ")");
    }

    private static Instant time(String field, String text) {
        return Call.parsed(
                field,
                text,
                value -> {
                    try {
                        return Instant.parse(value);
                    } catch (DateTimeException malformed) {
                        throw new IllegalArgumentException(
                                value + " (expected: a time, as in 2026-11-27T09:00:00Z)",
                                malformed);
                    }
                });
    }

    private static void requireWhole(Call call) {
        if (!call.tenant().equals(Envelope.DEFAULT_TENANT)) {
            throw new ProblemException(
                    Problem.of(
                            ProblemKind.FORBIDDEN,
                            "the history is that of all tenants; the site's own auditor may see it"));
        }
    }

    private static <T> T reading(Reading<T> reading) throws AuditUnavailable {
        try {
            return reading.read();
        } catch (IOException fault) { // its message may name a folder of this machine
            LOG.atWarn().setMessage("The history could not be read").setCause(fault).log();
            throw new ProblemException(
                    Problem.retryAfter(
                            ProblemKind.UNAVAILABLE,
                            "the history could not be read just now",
                            RETRY_SECONDS));
        }
    }

    /// What reads files.
    private interface Reading<T> {
        T read() throws IOException, AuditUnavailable;
    }
}
