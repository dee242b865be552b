package dev.millrace.gateway.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Actor.Proof;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Sensitivity;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.event.Trace;
import dev.millrace.domain.kind.KindCatalogue;
import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.kind.TaskKindEvent;
import dev.millrace.domain.task.DependencyPolicy;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.Retries;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.UncheckedRequest;
import dev.millrace.domain.task.UncheckedRequest.UncheckedLabels;
import dev.millrace.gateway.submit.Submitter;
import dev.millrace.schemas.registry.ConfluentSchemaStore;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestJudgeTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Site SITE = new Site("12D3KooWTest", new UUID(0x7000, 1));
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final FakeSite site = new FakeSite();
    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final AtomicLong ids = new AtomicLong();
    private @Nullable String closed;
    private final Judge judge = judge(serdes);

    @Test
    void aRequestBecomesTheCommandThatAPostWouldBe() throws Exception {
        var other = UUID.fromString("8a0c9f7e-1b2d-8f3a-a1b2-c3d4e5f60718");
        var request =
                new UncheckedRequest(
                        "order-1",
                        "default",
                        "echo",
                        "{\"delay_ms\": 5}",
                        "somebody",
                        new UncheckedLabels("confidential", List.of("region=eu")),
                        "high",
                        NOON.plusSeconds(60),
                        NOON.plusSeconds(120),
                        7,
                        List.of(other.toString()),
                        "run",
                        other.toString());

        assertThat(judge("mail-robot", wire(request))).isEqualTo(new Verdict.Admitted());

        var envelope = site.last();
        assertThat(envelope.tenant()).isEqualTo("default");
        assertThat(envelope.subject()).isEqualTo("somebody");
        assertThat(envelope.labels())
                .isEqualTo(Labels.of(Sensitivity.CONFIDENTIAL, List.of("region=eu")));
        assertThat(envelope.actor()).isEqualTo(new Actor("mail-robot", Proof.UNVERIFIED));
        assertThat(envelope.site()).isEqualTo(SITE);
        assertThat(envelope.trace()).isNull();
        var submit = site.lastSubmit();
        assertThat(submit.task()).isEqualTo(Submitter.keyed("default", "order-1"));
        assertThat(submit.kind()).isEqualTo("echo");
        assertThat(submit.input()).isEqualTo(new Content.Inline("{\"delay_ms\":5}"));
        assertThat(submit.after()).containsExactly(new TaskId(other));
        var terms = submit.terms();
        assertThat(terms.priority()).isEqualTo(Priority.HIGH);
        assertThat(terms.notBefore()).isEqualTo(NOON.plusSeconds(60));
        assertThat(terms.deadline()).isEqualTo(NOON.plusSeconds(120));
        assertThat(terms.retries().mostAttempts()).isEqualTo(7);
        assertThat(terms.parent()).isEqualTo(new TaskId(other));
        assertThat(terms.onFailedDependency()).isEqualTo(DependencyPolicy.RUN);
    }

    @Test
    void whoeverIsNotNamedIsKafka() throws Exception {
        for (var key : new byte @Nullable [][] {null, {}, {(byte) 0xFF}, {0, 0, 0, 7}, {' '}}) {
            assertThat(judge(record(key, wire(echo("order-1")))))
                    .isIn(new Verdict.Admitted(), new Verdict.Duplicate());
            assertThat(site.last().actor()).isEqualTo(new Actor("kafka", Proof.UNVERIFIED));
        }
    }

    @Test
    void theTraceOfItsHeadersGoesOn() throws Exception {
        var record = record(null, wire(echo("order-1")));
        record.headers().add("traceparent", TRACE.getBytes(UTF_8));
        record.headers().add("tracestate", "a=1".getBytes(UTF_8));

        assertThat(judge(record)).isEqualTo(new Verdict.Admitted());
        assertThat(site.last().trace()).isEqualTo(new Trace(TRACE, "a=1"));
    }

    @Test
    void theSameRequestAgainIsADuplicateAndAnotherUnderItsKeyIsRefused() throws Exception {
        assertThat(judge(echo("order-1"))).isEqualTo(new Verdict.Admitted());
        assertThat(judge(echo("order-1"))).isEqualTo(new Verdict.Duplicate());
        assertThat(judge(request("order-1", "default", "echo", "{\"delay_ms\":9}")))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused ->
                                assertThat(refused.cause().code())
                                        .isEqualTo("idempotency_conflict"));
    }

    @Test
    void documentsAreTakenInAsOverHttp() throws Exception {
        var input = "{\"name\":\"a.txt\",\"text\":\"%s\"}".formatted("Water. ".repeat(20_000));

        assertThat(judge(request("paper-1", "default", "ingest", input)))
                .isEqualTo(new Verdict.Admitted());
        assertThat(site.lastSubmit().input())
                .isInstanceOfSatisfying(
                        Content.Inline.class,
                        inline -> assertThat(inline.text()).contains("\"blob\""));
    }

    @Test
    void whatCannotBeReadIsRefused() throws Exception {
        requireRefused(judge(record(null, null)), "unreadable", "value: none");
        requireRefused(judge("", new byte[0]), "unreadable", "0 bytes");
        requireRefused(judge("", "no Avro here".getBytes(UTF_8)), "unreadable", "magic byte");
        requireRefused(judge("", new byte[] {0, 0, 0, 0, 99, 1}), "unreadable", "99");
    }

    @Test
    void whatNoPostCouldAskForIsRefused() throws Exception {
        requireRefused(
                judge(request("k", "acme", "echo", "{}")),
                "invalid_request",
                "tenant: acme (expected: default)");
        requireRefused(judge(echo("")), "invalid_request", "key: 0 characters");
        requireRefused(judge(echo("schlüssel")), "invalid_request", "printable ASCII");
        requireRefused(judge(echo("k".repeat(256))), "invalid_request", "key: 256 characters");
        requireRefused(judge(request("k", "default", "ecko", "{}")), "unknown_kind", "echo");
        requireRefused(judge(request("k", "default", "No Kind", "{}")), "invalid_request", "kind");
        requireRefused(judge(request("k", "default", "echo", "{")), "malformed_request", "input");
        requireRefused(
                judge(request("k", "default", "echo", "{\"a\":1,\"a\":2}")),
                "malformed_request",
                "input");
        requireRefused(
                judge(request("k", "default", "echo", "{},\"kind\":\"ingest\"")),
                "malformed_request",
                "input");
        requireRefused(judge(request("k", "default", "echo", "[]")), "invalid_request", "input");
        requireRefused(
                judge(request("k", "default", "echo", "{\"delay_ms\":\"long\"}")),
                "invalid_input",
                "delay_ms");
        requireRefused(
                judge(request("k", "default", "ingest", "{\"name\":\"a.txt\"}")),
                "invalid_request",
                "input.text: required");
        requireRefused(judge(terms("urgent", "fail", 1, null)), "invalid_request", "priority");
        requireRefused(judge(terms("low", "panic", 1, null)), "invalid_request", "on_failed");
        requireRefused(judge(terms("low", "fail", 0, null)), "invalid_request", "max_attempts");
        requireRefused(judge(terms("low", "fail", 1, "me")), "invalid_request", "parent");
        assertThat(site.count()).isZero();
    }

    @Test
    void severalFaultsAreAllNamed() throws Exception {
        var verdict = judge(terms("urgent", "panic", 1, null));

        requireRefused(verdict, "invalid_request", "priority: ");
        requireRefused(verdict, "invalid_request", "; on_failed_dependency: ");
    }

    @Test
    void aKindThatIsNotForPublishersIsForbidden() throws Exception {
        site.know(
                KindCatalogue.BUILT_IN.with(
                        new TaskKindEvent.Registered(
                                new TaskKind(
                                        "payroll",
                                        1,
                                        "",
                                        null,
                                        null,
                                        Retries.DEFAULT,
                                        TaskKind.DEFAULT_LEASE,
                                        null,
                                        Set.of("operator"),
                                        Set.of()))));

        requireRefused(judge(request("k", "default", "payroll", "{}")), "forbidden", "operator");
    }

    @Test
    void whileAnythingThatIsNeededIsAwayItWaits() throws Exception {
        var wire = wire(echo("order-1"));
        site.isDecideAway = true;
        requireLater(judge("", wire), "nothing was decided");
        site.isDecideAway = false;

        site.areKindsAway = true;
        requireLater(judge("", wire), "not all have been read");
        site.areKindsAway = false;

        closed = "the disk is nearly full";
        requireLater(judge("", wire), "nearly full");
        closed = null;

        site.isFull = true;
        var large = "{\"name\":\"a.txt\",\"text\":\"%s\"}".formatted("Water. ".repeat(20_000));
        requireLater(judge(request("paper-1", "default", "ingest", large)), "no room");
        site.isFull = false;

        assertThat(site.count()).isZero();
        assertThat(judge("", wire)).isEqualTo(new Verdict.Admitted());
    }

    @Test
    void whileTheRegistryIsAwayItWaits() throws Exception {
        var nobody = new ConfluentSchemaStore(URI.create("http://127.0.0.1:1"));
        var record = record(null, wire(echo("order-1")));

        var verdict = judge(new EventSerdes(nobody)).judge(record).toCompletableFuture();

        requireLater(verdict.get(30, TimeUnit.SECONDS), "registry unavailable");
        assertThat(site.count()).isZero();
    }

    @Test
    void aFaultOfOursIsKeptForWhoeverMendsIt() throws Exception {
        site.breakWith(new IllegalStateException("a fault of ours"));

        requireRefused(judge(echo("order-1")), "internal", "a fault of ours");
    }

    private Judge judge(EventSerdes reading) {
        return Admission.judge(
                reading,
                site,
                site,
                site,
                () -> closed,
                SITE,
                () -> new UUID(0x7000, ids.incrementAndGet()),
                () -> NOON);
    }

    private static void requireRefused(Verdict verdict, String code, String detail) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> {
                            assertThat(refused.cause().code())
                                    .as(refused.cause().detail())
                                    .isEqualTo(code);
                            assertThat(refused.cause().detail()).contains(detail);
                        });
    }

    private static void requireLater(Verdict verdict, String why) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Later.class, later -> assertThat(later.why()).contains(why));
    }

    private static UncheckedRequest echo(String key) {
        return request(key, "default", "echo", "{}");
    }

    private static UncheckedRequest request(String key, String tenant, String kind, String input) {
        return new UncheckedRequest(
                key, tenant, kind, input, null, null, "normal", null, null, null, List.of(), "fail",
                null);
    }

    private static UncheckedRequest terms(
            String priority, String policy, int attempts, @Nullable String parent) {
        return new UncheckedRequest(
                "k", "default", "echo", "{}", null, null, priority, null, null, attempts, List.of(),
                policy, parent);
    }

    private Verdict judge(UncheckedRequest request) throws Exception {
        return judge("", wire(request));
    }

    private Verdict judge(String key, byte[] value) throws Exception {
        return judge(record(key.getBytes(UTF_8), value));
    }

    private Verdict judge(ConsumerRecord<byte[], byte[]> record) throws Exception {
        return judge.judge(record).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private byte[] wire(UncheckedRequest request) {
        return serdes.taskRequests().serializer().serialize(Topics.TASK_REQUESTS, request);
    }

    private static ConsumerRecord<byte[], byte[]> record(
            byte @Nullable [] key, byte @Nullable [] value) {
        return new ConsumerRecord<>(Topics.TASK_REQUESTS, 0, 5, key, value);
    }
}
