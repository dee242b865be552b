package dev.millrace.schemas.registry.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.Config;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.SchemaReference;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.requests.RegisterSchemaRequest;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What holds of every Schema Registry that this system is run with, as Confluent's own client sees
/// it; over plain HTTP where that client cannot ask or does not tell.
///
/// The tests of a class share one registry, each with subjects and schemas of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RegistryContract {

    private static final ObjectMapper JSON = new ObjectMapper();

    /* By itself this client waits for ever for an answer that does not come. */
    private static final Map<String, Integer> TIMEOUTS =
            Map.of("http.connect.timeout.ms", 60_000, "http.read.timeout.ms", 60_000);

    private static final String A = "{'name':'a','type':'string'}";
    private static final String MAYBE_B = "{'name':'b','type':'int','default':0}";
    private static final String B = "{'name':'b','type':'int'}";
    private static final String ODD_A = "{'name':'a','type':'int','default':0}";

    private final PlainHttp http = new PlainHttp(this::uri);
    private final Set<Difference> met = EnumSet.noneOf(Difference.class);
    private RegistryUnderTest registry;
    private CachedSchemaRegistryClient client;
    private int tests;

    private URI uri() {
        return registry.uri();
    }

    /// Starts an empty registry.
    abstract RegistryUnderTest start() throws Exception;

    @BeforeAll
    void open() throws Exception {
        registry = start();
    }

    @AfterAll
    void close() {
        http.close();
        registry.close();
        assertThat(met).as("differences that were met").isEqualTo(registry.differences());
    }

    @BeforeEach
    void connect() throws Exception {
        tests++;
        client = freshClient();
        client.updateConfig(null, new Config("BACKWARD"));
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
    }

    @Test
    void aSchemaIsFoundByIdSubjectAndVersion() throws Exception {
        var subject = subject("a/b +c%");
        var other = subject("other");
        int first = client.register(subject, schema(A));
        int second = client.register(subject, schema(A, MAYBE_B));
        client = freshClient();

        assertThat(second).isNotEqualTo(first);
        assertThat(client.register(subject, schema(A))).isEqualTo(first);
        assertThat(client.register(other, schema(A))).as("one schema, one id").isEqualTo(first);
        client = freshClient();
        assertThat(client.getSchemaById(first)).isEqualTo(schema(A));
        assertThat(client.getSchemaById(second)).isEqualTo(schema(A, MAYBE_B));
        assertThat(client.getAllSubjects()).contains(subject, other);
        assertThat(client.getAllVersions(subject)).containsExactly(1, 2);
        assertThat(client.getLatestSchemaMetadata(subject).getId()).isEqualTo(second);
        assertThat(client.getLatestSchemaMetadata(subject).getVersion()).isEqualTo(2);
        assertThat(client.getSchemaMetadata(subject, 1).getSchema())
                .isEqualTo(schema(A).canonicalString());
        assertThat(client.getVersion(subject, schema(A, MAYBE_B))).isEqualTo(2);
        assertThat(client.getId(subject, schema(A))).isEqualTo(first);
        assertThat(client.getAllSubjectsById(first)).containsExactlyInAnyOrder(subject, other);
        assertThat(client.getAllVersionsById(first))
                .extracting(use -> use.getSubject() + "@" + use.getVersion())
                .containsExactlyInAnyOrder(subject + "@1", other + "@1");
        assertThat(client.getMode()).isEqualTo("READWRITE");
    }

    @Test
    void whatIsNotThereHasACode() throws Exception {
        var subject = subject("codes");
        client.register(subject, schema(A));
        var none = subject("none");

        assertThat(code(() -> client.getAllVersions(none))).isEqualTo(40401);
        assertThat(code(() -> client.getLatestSchemaMetadata(none))).isEqualTo(40401);
        assertThat(code(() -> client.getSchemaMetadata(none, 1))).isEqualTo(40401);
        assertThat(code(() -> client.getVersion(none, schema(A)))).isEqualTo(40401);
        assertThat(code(() -> client.deleteSubject(none, false))).isEqualTo(40401);
        assertThat(code(() -> client.deleteSchemaVersion(none, "1", false))).isEqualTo(40401);
        assertThat(code(() -> client.getSchemaMetadata(subject, 9))).isEqualTo(40402);
        assertThat(code(() -> client.deleteSchemaVersion(subject, "9", false))).isEqualTo(40402);
        assertThat(code(() -> client.getVersion(subject, schema(A, MAYBE_B)))).isEqualTo(40403);
        assertThat(code(() -> client.getSchemaById(1_000_000))).isEqualTo(40403);
        assertThat(code(() -> client.getAllVersionsById(1_000_000))).isEqualTo(40403);
        var checkAgainst = "/compatibility/subjects/" + none + "/versions/";
        assertThat(http.post(checkAgainst + "1", request(schema(A))).refusal())
                .isEqualTo("404 40402");
        assertThat(http.post(checkAgainst + "latest", request(schema(A))).body())
                .isEqualTo(PlainHttp.tree("{'is_compatible':true}"));
        var body = http.get("/subjects/" + none + "/versions").body();
        assertThat(body.path("error_code").asInt()).isEqualTo(40401);
        assertThat(body.path("message").asText()).isEqualTo("Subject '" + none + "' not found.");
    }

    @Test
    void whatMakesNoSenseHasACode() throws Exception {
        var subject = subject("nonsense");
        client.register(subject, schema(A));
        var versions = "/subjects/" + subject + "/versions";

        assertThat(http.post(versions, "{\"schema\":\"{}\"}").refusal()).isEqualTo("422 42201");
        assertThat(http.post(versions, "{\"schema\":\"{\\\"type\\\":\\\"recor\\\"}\"}").refusal())
                .isEqualTo("422 42201");
        assertThat(http.post(versions, "{}").refusal())
                .isEqualTo(either("422 42201", Difference.NO_SCHEMA_BREAKS_IT, "500 0"));
        assertThat(http.post(versions, "nonsense").status()).isEqualTo(400);
        assertThat(code(() -> client.getSchemaMetadata(subject, 0)))
                .isEqualTo(either(42202, Difference.ANY_NUMBER_NAMES_A_VERSION, 40402));
        assertThat(code(() -> client.updateConfig(subject, new Config("SOMEWHAT"))))
                .isEqualTo(42203);
        assertThat(code(() -> client.updateConfig(null, new Config("SOMEWHAT")))).isEqualTo(42203);
        assertThat(http.get("/elsewhere").status()).isEqualTo(404);
    }

    @Test
    void everyLevelJudgesByTheLatestVersion() throws Exception {
        requireJudged("NONE", true, true, true);
        requireJudged("BACKWARD", false, true, true);
        requireJudged("BACKWARD_TRANSITIVE", false, true, true);
        requireJudged("FORWARD", true, true, false);
        requireJudged("FORWARD_TRANSITIVE", true, true, false);
        requireJudged("FULL", false, true, false);
        requireJudged("FULL_TRANSITIVE", false, true, false);
    }

    /// What a level says of a field that must join, may join, or leaves.
    private void requireJudged(String level, boolean must, boolean may, boolean leave)
            throws Exception {
        var verdicts = Map.of(schema(A, B), must, schema(A, MAYBE_B), may, schema(), leave);
        for (var verdict : verdicts.entrySet()) {
            var subject = subject(level.toLowerCase(Locale.ROOT));
            client.register(subject, schema(A));
            client.updateConfig(subject, new Config(level));

            requireVerdict(subject, verdict.getKey(), verdict.getValue());
        }
    }

    @Test
    void transitiveLevelsJudgeByAllVersions() throws Exception {
        requireTransitive("NONE", true);
        requireTransitive("BACKWARD", true);
        requireTransitive("BACKWARD_TRANSITIVE", false);
        requireTransitive("FORWARD", true);
        requireTransitive("FORWARD_TRANSITIVE", false);
        requireTransitive("FULL", true);
        requireTransitive("FULL_TRANSITIVE", false);
    }

    /// What a level says of a schema that gets along with the latest version, and not with the
    /// first.
    private void requireTransitive(String level, boolean fits) throws Exception {
        var subject = subject(level.toLowerCase(Locale.ROOT));
        client.updateConfig(subject, new Config("NONE"));
        client.register(subject, schema(A));
        client.register(subject, schema());
        client.updateConfig(subject, new Config(level));

        var all = "/compatibility/subjects/" + subject + "/versions";
        assertThat(http.post(all, request(schema(ODD_A))).body().path("is_compatible").asBoolean())
                .as(level)
                .isEqualTo(
                        level.equals("NONE")
                                || either(
                                        fits,
                                        Difference.CHECK_AGAINST_ALL_IGNORES_THE_LEVEL,
                                        false));
        if (fits) {
            assertThat(client.register(subject, schema(ODD_A))).isPositive();
            assertThat(client.getAllVersions(subject)).containsExactly(1, 2, 3);
        } else {
            assertThat(code(() -> client.register(subject, schema(ODD_A))))
                    .as(level)
                    .isEqualTo(409);
            assertThat(client.getAllVersions(subject)).containsExactly(1, 2);
        }
    }

    private void requireVerdict(String subject, AvroSchema candidate, boolean fits)
            throws Exception {
        var what = subject + ": " + candidate;
        assertThat(client.testCompatibility(subject, candidate)).as(what).isEqualTo(fits);
        var reasons = client.testCompatibilityVerbose(subject, candidate);
        assertThat(reasons.isEmpty())
                .as(what)
                .isEqualTo(fits || either(false, Difference.NO_REASONS, true));
        if (fits) {
            assertThat(client.register(subject, candidate)).as(what).isPositive();
            assertThat(client.getAllVersions(subject)).as(what).containsExactly(1, 2);
        } else {
            assertThat(code(() -> client.register(subject, candidate))).as(what).isEqualTo(409);
            assertThat(client.getAllVersions(subject)).as(what).containsExactly(1);
        }
    }

    @Test
    void aLevelIsSetForAllOrForOneSubject() throws Exception {
        var subject = subject("levels");
        client.register(subject, schema(A));

        assertThat(http.get("/config/" + subject + "?defaultToGlobal=true").body())
                .isEqualTo(PlainHttp.tree("{'compatibilityLevel':'BACKWARD'}"));
        var own = http.get("/config/" + subject);
        assertThat(either(own.refusal(), Difference.NO_LEVEL_OF_ITS_OWN_READS_NONE, own.body()))
                .isEqualTo(
                        either(
                                "404 40408",
                                Difference.NO_LEVEL_OF_ITS_OWN_READS_NONE,
                                PlainHttp.tree("{'compatibilityLevel':'NONE'}")));
        client.updateConfig(null, new Config("FULL"));
        assertThat(client.getConfig(null).getCompatibilityLevel()).isEqualTo("FULL");
        assertThat(code(() -> client.register(subject, schema()))).isEqualTo(409);
        client.updateConfig(subject, new Config("NONE"));
        assertThat(client.getConfig(subject).getCompatibilityLevel()).isEqualTo("NONE");
        assertThat(client.register(subject, schema())).isPositive();
        client.updateConfig(subject, new Config("BACKWARD"));
        assertThat(client.getConfig(subject).getCompatibilityLevel()).isEqualTo("BACKWARD");
        client.deleteConfig(subject);
        assertThat(code(() -> client.register(subject, schema(B)))).as("FULL").isEqualTo(409);
        assertThat(client.getConfig(null).getCompatibilityLevel()).isEqualTo("FULL");
    }

    @Test
    void theLevelBeforeAnyIsSet() throws Exception {
        http.delete("/config");

        var ours =
                either("BACKWARD", Difference.LEVEL_AT_FIRST_IS_TRANSITIVE, "BACKWARD_TRANSITIVE");
        assertThat(client.getConfig(null).getCompatibilityLevel())
                .isEqualTo(either(ours, Difference.LEVEL_AT_FIRST_IS_NONE, "NONE"));
    }

    @Test
    void aVersionIsHiddenThenErased() throws Exception {
        var subject = subject("hidden");
        int first = client.register(subject, schema(A));
        int second = client.register(subject, schema(A, MAYBE_B));
        var path = "/subjects/" + subject + "/versions/";

        assertThat(http.delete(path + "2?permanent=true").refusal()).isEqualTo(wrongOrder(40407));
        assertThat(client.deleteSchemaVersion(subject, "2", false)).isEqualTo(2);
        assertThat(http.delete(path + "2").refusal()).isEqualTo(wrongOrder(40406));
        client = freshClient();
        assertThat(client.getAllVersions(subject)).containsExactly(1);
        assertThat(client.getAllVersions(subject, true)).containsExactly(1, 2);
        assertThat(client.getLatestSchemaMetadata(subject).getId()).isEqualTo(first);
        assertThat(code(() -> client.getSchemaMetadata(subject, 2))).isEqualTo(40402);
        assertThat(client.getSchemaMetadata(subject, 2, true).getId()).isEqualTo(second);
        assertThat(code(() -> client.getId(subject, schema(A, MAYBE_B)))).isEqualTo(40403);
        assertThat(client.getVersion(subject, schema(A, MAYBE_B)))
                .as("this one asks for hidden versions too")
                .isEqualTo(2);
        assertThat(client.getSchemaById(second))
                .as("records name it")
                .isEqualTo(schema(A, MAYBE_B));
        assertThat(client.getAllVersionsById(second)).isEmpty();
        assertThat(client.register(subject, schema(A, MAYBE_B)))
                .as("it comes back")
                .isEqualTo(second);
        assertThat(client.getAllVersions(subject)).containsExactly(1, 3);
        assertThat(client.deleteSchemaVersion(subject, "2", true)).isEqualTo(2);
        assertThat(client.getAllVersions(subject, true)).containsExactly(1, 3);
        assertThat(http.delete(path + "latest").body().asInt()).isEqualTo(3);
        assertThat(client.getAllVersions(subject)).containsExactly(1);
    }

    @Test
    void aSubjectIsHiddenThenErased() throws Exception {
        var subject = subject("gone");
        int first = client.register(subject, schema(A));
        client.register(subject, schema(A, MAYBE_B));
        client.updateConfig(subject, new Config("FULL"));
        var path = "/subjects/" + subject;

        assertThat(http.delete(path + "?permanent=true").refusal()).isEqualTo(wrongOrder(40405));
        assertThat(client.deleteSchemaVersion(subject, "2", false)).isEqualTo(2);
        assertThat(client.deleteSubject(subject, false))
                .isEqualTo(
                        either(
                                List.of(1),
                                Difference.DELETED_TWICE_IS_LISTED_TWICE,
                                List.of(1, 2)));
        assertThat(http.delete(path).refusal()).isEqualTo("404 40404");
        client = freshClient();
        assertThat(client.getAllSubjects()).doesNotContain(subject);
        assertThat(client.getAllSubjects(true)).contains(subject);
        assertThat(code(() -> client.getAllVersions(subject))).isEqualTo(40401);
        assertThat(client.getAllVersions(subject, true)).containsExactly(1, 2);
        assertThat(code(() -> client.getId(subject, schema(A))))
                .isEqualTo(either(40401, Difference.HIDDEN_SUBJECT_IS_FOUND, 40403));
        assertThat(client.getSchemaById(first)).isEqualTo(schema(A));
        var level = http.get("/config/" + subject);
        assertThat(level.body().path("compatibilityLevel").asText("forgotten"))
                .isEqualTo(either("forgotten", Difference.LEVEL_OUTLIVES_ITS_SUBJECT, "FULL"));

        assertThat(client.deleteSubject(subject, true)).containsExactly(1, 2);
        client = freshClient();
        assertThat(client.getAllSubjects(true)).doesNotContain(subject);
        assertThat(code(() -> client.deleteSubject(subject, false))).isEqualTo(40401);
        assertThat(code(() -> client.getAllVersionsById(first))).isEqualTo(40403);
        var byId = http.get("/schemas/ids/" + first);
        assertThat(byId.status()).isEqualTo(either(404, Difference.ERASED_CONTENT_LINGERS, 200));

        int again = client.register(subject, schema(A));
        client = freshClient();
        assertThat(client.getSchemaById(again)).isEqualTo(schema(A));
        assertThat(client.getAllVersions(subject)).as("numbered anew").containsExactly(1);
    }

    private String wrongOrder(int code) {
        return either("404 " + code, Difference.WRONG_ORDER_IS_A_CONFLICT, "409 " + code);
    }

    @Test
    void aSchemaMayUseTheTypesOfAnother() throws Exception {
        var base = subject("base");
        var user = subject("user");
        var baseSchema = schema(A);
        var reference = new SchemaReference(name(), base, 1);
        var userText = record("User" + tests, "{'name':'r','type':'" + name() + "'}");
        var userSchema =
                new AvroSchema(
                        userText,
                        List.of(reference),
                        Map.of(name(), baseSchema.canonicalString()),
                        null);

        assertThat(code(() -> client.register(user, userSchema))).as("too early").isEqualTo(42201);
        int baseId = client.register(base, baseSchema);
        var lost = JSON.createObjectNode().put("schema", userText).toString();
        assertThat(http.post("/subjects/" + user + "/versions", lost).refusal())
                .as("without the reference")
                .isEqualTo("422 42201");
        int userId = client.register(user, userSchema);
        assertThat(client.register(user, userSchema)).isEqualTo(userId);
        assertThat(userId).isNotEqualTo(baseId);
        client = freshClient();
        assertThat(client.getSchemaById(userId).rawSchema()).isEqualTo(userSchema.rawSchema());
        assertThat(client.getSchemaById(userId).references()).containsExactly(reference);
        assertThat(client.getLatestSchemaMetadata(user).getReferences()).containsExactly(reference);
        assertThat(client.getVersion(user, userSchema)).isEqualTo(1);
        assertThat(http.get("/subjects/" + base + "/versions/1/referencedby").body())
                .isEqualTo(PlainHttp.tree("[" + userId + "]"));

        var wider =
                new AvroSchema(
                        record(
                                "User" + tests,
                                "{'name':'r','type':'" + name() + "'}",
                                "{'name':'more','type':'string'}"),
                        List.of(reference),
                        Map.of(name(), baseSchema.canonicalString()),
                        null);
        var asked =
                http.post(
                        "/compatibility/subjects/" + user + "/versions/latest",
                        new RegisterSchemaRequest(wider).toJson());
        assertThat(asked.body().path("is_compatible").asText(asked.refusal()))
                .as("BACKWARD")
                .isEqualTo(either("false", Difference.CHECK_DOES_NOT_RESOLVE, "422 42201"));
        assertThat(code(() -> client.register(user, wider))).isEqualTo(409);

        assertThat(code(() -> client.deleteSubject(base, false))).isEqualTo(42206);
        assertThat(code(() -> client.deleteSchemaVersion(base, "1", false))).isEqualTo(42206);
        assertThat(client.deleteSubject(user, false)).containsExactly(1);
        assertThat(http.delete("/subjects/" + base).status())
                .as("nothing but a hidden schema refers to it")
                .isEqualTo(either(200, Difference.HIDDEN_REFERRERS_HOLD_A_SUBJECT, 422));
    }

    @Test
    void oneSchemaAtOnceFromManyGetsOneId() throws Exception {
        var subjects = List.of(subject("one"), subject("two"), subject("three"));
        var calls = new ArrayList<Callable<Integer>>();
        for (int i = 0; i < 24; i++) {
            var subject = subjects.get(i % subjects.size());
            calls.add(() -> freshClient().register(subject, schema(A)));
        }

        assertThat(atOnce(calls).stream().distinct()).hasSize(1);
        for (var subject : subjects) {
            assertThat(client.getAllVersions(subject)).containsExactly(1);
        }
    }

    @Test
    void manySchemasAtOnceGetAnIdAndAVersionEach() throws Exception {
        var subject = subject("many");
        client.updateConfig(subject, new Config("NONE"));
        var schemas = new ArrayList<AvroSchema>();
        var calls = new ArrayList<Callable<Integer>>();
        for (int i = 0; i < 12; i++) {
            var schema = schema("{'name':'f" + i + "','type':'int'}");
            schemas.add(schema);
            calls.add(() -> freshClient().register(subject, schema));
        }

        var ids = atOnce(calls);

        assertThat(ids).doesNotHaveDuplicates();
        assertThat(client.getAllVersions(subject))
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        for (int i = 0; i < schemas.size(); i++) {
            assertThat(client.getSchemaById(ids.get(i))).isEqualTo(schemas.get(i));
        }
    }

    @Test
    void contextsAreApart() throws Exception {
        var context = ":.c" + tests + ":";
        var subject = subject("s");
        var inside = context + subject;
        int outside = client.register(subject, schema(A));
        int within = client.register(inside, schema(A));
        int second = client.register(inside, schema(A, MAYBE_B));

        assertThat(within).isEqualTo(either(1, Difference.NO_CONTEXTS, outside));
        assertThat(second).isNotEqualTo(within);
        assertThat(client.getAllVersions(subject)).containsExactly(1);
        assertThat(client.getAllVersions(inside)).containsExactly(1, 2);
        assertThat(client.getAllSubjects()).contains(subject, inside);
        client = freshClient();
        assertThat(client.getSchemaBySubjectAndId(inside, within)).isEqualTo(schema(A));
        assertThat(client.getSchemaBySubjectAndId(inside, second)).isEqualTo(schema(A, MAYBE_B));
        assertThat(client.getSchemaById(outside)).isEqualTo(schema(A));
        var plainAgain = http.post("/subjects/:.:" + subject, request(schema(A)));
        assertThat(plainAgain.status())
                .as("the default context has a name too")
                .isEqualTo(either(200, Difference.NO_CONTEXTS, 404));
        assertThat(client.getAllSubjectsByPrefix(context).contains(subject))
                .isEqualTo(either(false, Difference.NO_CONTEXTS, true));
        assertThat(client.getAllSubjectsByPrefix(context)).contains(inside);
        var named = new ArrayList<String>();
        http.get("/contexts").body().forEach(one -> named.add(one.asText()));
        assertThat(named).contains(either(".c" + tests, Difference.NO_CONTEXTS, ":.:"));
        var seenFromInside = http.get("/contexts/.c" + tests + "/subjects");
        assertThat(seenFromInside.status()).isEqualTo(either(200, Difference.NO_CONTEXTS, 404));
        assertThat(seenFromInside.body())
                .isEqualTo(
                        either(
                                PlainHttp.tree("['" + inside + "']"),
                                Difference.NO_CONTEXTS,
                                MissingNode.getInstance()));
        client.updateConfig(context, new Config("NONE"));
        assertThat(client.getConfig(context).getCompatibilityLevel()).isEqualTo("NONE");
        var odd =
                http.post("/subjects/" + encoded(inside) + "/versions", request(schema(ODD_A, B)));
        assertThat(odd.status())
                .as("the context's level holds in it")
                .isEqualTo(either(200, Difference.NO_CONTEXTS, 409));
        assertThat(code(() -> client.register(subject, schema(ODD_A, B)))).isEqualTo(409);
        assertThat(client.deleteSubject(inside, false)).startsWith(1, 2);
        assertThat(client.getAllVersions(subject)).containsExactly(1);
    }

    @Test
    void idsAreNotChosenByClients() throws Exception {
        var subject = subject("import");
        var wish = request(schema(A)).replaceFirst("\\{", "{\"id\":4711,");

        assertThat(http.post("/subjects/" + subject + "/versions", wish).status())
                .isEqualTo(either(422, Difference.IDS_MAY_BE_WISHED_FOR, 200));
    }

    @Test
    void aRestartForgetsNothing() throws Exception {
        var subject = subject("kept");
        var base = subject("base");
        int first = client.register(subject, schema(A));
        int second = client.register(subject, schema(A, MAYBE_B));
        client.deleteSchemaVersion(subject, "2", false);
        client.updateConfig(subject, new Config("FULL"));
        client.updateConfig(null, new Config("FORWARD"));
        client.register(base, schema(A));
        var reference = new SchemaReference(name(), base, 1);
        var userSchema =
                new AvroSchema(
                        record("User" + tests, "{'name':'r','type':'" + name() + "'}"),
                        List.of(reference),
                        Map.of(name(), schema(A).canonicalString()),
                        null);
        int user = client.register(subject("user"), userSchema);

        registry.restart();
        client = freshClient();

        assertThat(client.getConfig(null).getCompatibilityLevel()).isEqualTo("FORWARD");
        assertThat(client.getConfig(subject).getCompatibilityLevel()).isEqualTo("FULL");
        assertThat(client.getAllVersions(subject)).containsExactly(1);
        assertThat(client.getAllVersions(subject, true)).containsExactly(1, 2);
        assertThat(client.getSchemaById(first)).isEqualTo(schema(A));
        assertThat(client.getSchemaById(second)).isEqualTo(schema(A, MAYBE_B));
        assertThat(client.getSchemaById(user).references()).containsExactly(reference);
        assertThat(client.register(subject, schema(A))).isEqualTo(first);
        assertThat(code(() -> client.deleteSubject(base, false))).isEqualTo(42206);
        assertThat(client.register(subject("new"), schema(B)))
                .as("no id is given out twice")
                .isNotIn(first, second, user);
    }

    /// What this registry answers: as Confluent's reference says, unless it is known to differ.
    private <T> T either(T documented, Difference difference, T other) {
        if (!registry.differences().contains(difference)) {
            return documented;
        }
        met.add(difference);
        return other;
    }

    private CachedSchemaRegistryClient freshClient() {
        return new CachedSchemaRegistryClient(registry.uri().toString(), 100, TIMEOUTS);
    }

    private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = new ArrayList<T>();
            for (var call : threads.invokeAll(calls)) {
                results.add(call.get());
            }
            return results;
        }
    }

    private String subject(String name) {
        return name + "-" + tests + "-" + System.nanoTime() + "-value";
    }

    /// The name of this test's record.
    private String name() {
        return "R" + tests;
    }

    private AvroSchema schema(String... fields) {
        return new AvroSchema(record(name(), fields));
    }

    private static String record(String name, String... fields) {
        return "{'type':'record','name':'%s','fields':[%s]}"
                .formatted(name, String.join(",", fields))
                .replace('\'', '"');
    }

    private static String request(AvroSchema schema) {
        return JSON.createObjectNode().put("schema", schema.canonicalString()).toString();
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8);
    }

    private static int code(ThrowingCallable call) {
        return catchThrowableOfType(RestClientException.class, call).getErrorCode();
    }
}
