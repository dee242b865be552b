package dev.millrace.gateway.admission;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Actor.Proof;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Trace;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.UncheckedRequest;
import dev.millrace.gateway.access.Principal;
import dev.millrace.gateway.access.Role;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import dev.millrace.gateway.submit.Submitter;
import dev.millrace.gateway.submit.WriteGate;
import dev.millrace.gateway.tasks.Intake;
import dev.millrace.schemas.client.Causes;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes requests in as `POST /v1/tasks` would from a publisher: the same contract, kinds, bounds
/// and ids, so a key that was used there names the same task here.
///
/// The record's key, if it is text, is said to be who asks; nobody has verified it. What would be
/// answered with `Retry-After` over HTTP is looked at again later, all else is a verdict.
final class RequestJudge implements Judge {

    private static final Logger LOG = LoggerFactory.getLogger(RequestJudge.class);
    private static final String NOBODY = "kafka";
    private static final int MOST_ACTOR_CHARACTERS = 256;
    private static final Pattern KEY = Pattern.compile("[ -~]{1,255}");

    private final Deserializer<UncheckedRequest> requests;
    private final RequestBody bodies;
    private final Intake intake;
    private final Submitter submitter;
    private final WriteGate writes;

    RequestJudge(
            EventSerdes serdes,
            RequestBody bodies,
            Intake intake,
            Submitter submitter,
            WriteGate writes) {
        this.requests = serdes.taskRequests().deserializer();
        this.bodies = bodies;
        this.intake = intake;
        this.submitter = submitter;
        this.writes = writes;
    }

    @Override
    public CompletionStage<Verdict> judge(ConsumerRecord<byte[], byte[]> record) {
        var closed = writes.closed();
        if (closed != null) {
            return CompletableFuture.completedStage(new Verdict.Later(closed));
        }
        try {
            return submit(record, read(record))
                    .<Verdict>thenApply(accepted ->
                            accepted.replayed() ? new Verdict.Duplicate() : new Verdict.Admitted())
                    .exceptionally(failure -> verdict(failure, record));
        } catch (RuntimeException | KindsUnavailable failure) {
            return CompletableFuture.completedStage(verdict(failure, record));
        }
    }

    private UncheckedRequest read(ConsumerRecord<byte[], byte[]> record) {
        var request = requests.deserialize(Topics.TASK_REQUESTS, record.value());
        if (request == null) {
            throw new SerializationException("value: none (expected: a TaskRequestRecord)");
        }
        return request;
    }

    private CompletionStage<Submitter.Accepted> submit(
            ConsumerRecord<byte[], byte[]> record, UncheckedRequest request)
            throws KindsUnavailable {
        if (!request.tenant().equals(Envelope.DEFAULT_TENANT)) {
            throw refused("tenant", request.tenant(), Envelope.DEFAULT_TENANT);
        }
        if (!KEY.matcher(request.key()).matches()) {
            throw refused(
                    "key",
                    request.key().length() + " characters",
                    "1 to 255 characters of printable ASCII");
        }
        var caller =
                new Principal(
                        NOBODY,
                        request.tenant(),
                        Set.of(Role.PUBLISHER),
                        new Actor(actor(record.key()), Proof.UNVERIFIED));
        var task = Submitter.keyed(request.tenant(), request.key());
        return submitter.submit(
                caller, trace(record), intake.submission(caller, bodies.of(request), task));
    }

    /// Who asks, as far as the record says.
    private static String actor(byte @Nullable [] key) {
        if (key == null) {
            return NOBODY;
        }
        try {
            var text = UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
            return text.isBlank()
                            || text.length() > MOST_ACTOR_CHARACTERS
                            || text.chars().anyMatch(Character::isISOControl)
                    ? NOBODY
                    : text;
        } catch (CharacterCodingException notText) {
            return NOBODY;
        }
    }

    private static @Nullable Trace trace(ConsumerRecord<byte[], byte[]> record) {
        return Submitter.trace(header(record, "traceparent"), header(record, "tracestate"));
    }

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }

    private static Verdict verdict(Throwable failure, ConsumerRecord<byte[], byte[]> record) {
        var cause = Causes.ofStage(failure);
        return switch (cause) {
            case SchemaUnreachable passing -> new Verdict.Later(message(passing));
            case KindsUnavailable passing -> new Verdict.Later(message(passing));
            case SerializationException poison -> refused("unreadable", message(poison));
            case ProblemException answer -> verdict(answer.problem());
            default -> {
                LOG.atError()
                        .setMessage("A request for a task could not be taken in")
                        .addKeyValue("partition", record.partition())
                        .addKeyValue("offset", record.offset())
                        .setCause(cause)
                        .log();
                yield refused(ProblemKind.INTERNAL.code(), cause.toString());
            }
        };
    }

    private static Verdict verdict(Problem problem) {
        if (problem.headers().containsKey(Problem.RETRY_AFTER)) {
            return new Verdict.Later(problem.detail());
        }
        var detail =
                problem.errors().isEmpty()
                        ? problem.detail()
                        : problem.errors().stream()
                                .map(error -> error.field() + ": " + error.message())
                                .collect(Collectors.joining("; "));
        return refused(problem.kind().code(), detail);
    }

    private static Verdict refused(String code, String detail) {
        return new Verdict.Refused(new Failure(code, detail));
    }

    private static ProblemException refused(String field, String value, String expected) {
        return new ProblemException(
                Problem.ofField(
                        ProblemKind.INVALID_REQUEST,
                        field,
                        value + " (expected: " + expected + ")"));
    }

    private static String message(Throwable failure) {
        return String.valueOf(failure.getMessage());
    }
}
