package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.audit.Leaf;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.ProofCheck;
import dev.millrace.domain.event.Digest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditTest {

    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void theKeysAreShown() throws Exception {
        var keys = new JsonObject(gateway.get("/v1/audit/key").body());

        assertThat(keys.getString("operator")).isEqualTo(FakeAudit.OPERATOR.shown().toString());
        assertThat(keys.getJsonArray("witnesses").getString(0))
                .isEqualTo(FakeAudit.WITNESS.shown().toString());
    }

    @Test
    void checkpointsAreListed() throws Exception {
        var items =
                new JsonObject(gateway.get("/v1/audit/checkpoints").body()).getJsonArray("items");

        assertThat(items).hasSize(2);
        assertThat(items.getJsonObject(0).getInteger("size")).isEqualTo(2);
        assertThat(items.getJsonObject(1).getInteger("size")).isEqualTo(1);
        assertThat(items.getJsonObject(1).getString("time")).isEqualTo("1970-01-01T00:00:01Z");
        assertThat(items.getJsonObject(1).getString("checkpoint"))
                .startsWith("site.example/history\n1\n");
    }

    @Test
    void checkpointsArePaged() throws Exception {
        var answer = gateway.get("/v1/audit/checkpoints?limit=1");
        var first = new JsonObject(answer.body());
        var token = first.getString("next_token");
        var last =
                new JsonObject(gateway.get("/v1/audit/checkpoints?limit=1&token=" + token).body());

        assertThat(first.getJsonArray("items").getJsonObject(0).getInteger("size")).isEqualTo(2);
        assertThat(answer.headers().firstValue("Link"))
                .hasValue("</v1/audit/checkpoints?limit=1&token=2>; rel=\"next\"");
        assertThat(last.getJsonArray("items").getJsonObject(0).getInteger("size")).isEqualTo(1);
        assertThat(last.getString("next_token")).isNull();
        assertThat(gateway.get("/v1/audit/checkpoints?token=x").statusCode()).isEqualTo(400);
    }

    @Test
    void aRecordIsProvedUnderTheNamesOfTheSpecification() throws Exception {
        var proof =
                new JsonObject(
                        gateway.get(
                                        "/v1/audit/proofs/inclusion?topic=t&partition=1&offset=5000000000")
                                .body());

        assertThat(proof.getString("topic")).isEqualTo("t");
        assertThat(proof.getInteger("partition")).isEqualTo(1);
        assertThat(proof.getInteger("epoch")).isEqualTo(3);
        assertThat(proof.getLong("offset")).isEqualTo(5_000_000_000L);
        var leaf = Leaf.decode(Base64.getDecoder().decode(proof.getString("leaf_input")));
        assertThat(leaf.offset()).isEqualTo(5_000_000_000L);
        assertThat(proof.getString("leaf_hash")).isEqualTo(leaf.hash().base64());
        assertThat(
                        ProofCheck.includes(
                                leaf.hash(),
                                proof.getLong("leaf_index"),
                                proof.getLong("tree_size"),
                                hashes(proof.getJsonArray("audit_path")),
                                Hash.fromBase64(proof.getString("root_hash"))))
                .isTrue();
    }

    @Test
    void growthIsProvedOfTheSitesLogOrOfAPartition() throws Exception {
        var ofLog = new JsonObject(gateway.get("/v1/audit/proofs/consistency?from=1&to=2").body());
        var ofPartition =
                new JsonObject(
                        gateway.get("/v1/audit/proofs/consistency?topic=t&partition=1&from=1&to=2")
                                .body());

        assertThat(ofLog.containsKey("topic")).isFalse();
        assertThat(ofPartition.getString("topic")).isEqualTo("t");
        assertThat(ofPartition.getInteger("partition")).isEqualTo(1);
        assertThat(
                        ProofCheck.continues(
                                ofLog.getLong("tree_size_1"),
                                Hash.fromBase64(ofLog.getString("root_hash_1")),
                                ofLog.getLong("tree_size_2"),
                                Hash.fromBase64(ofLog.getString("root_hash_2")),
                                hashes(ofLog.getJsonArray("consistency_path"))))
                .isTrue();
    }

    @Test
    void whatAsksForNoProofIsRefused() throws Exception {
        for (var query :
                new String[] {
                    "inclusion?topic=t&partition=1",
                    "inclusion?topic=t&partition=1&offset=-1",
                    "inclusion?topic=t&partition=1&offset=99999999999999999999",
                    "inclusion?topic=t&partition=1&offset=1&size=0",
                    "inclusion?topic=t&partition=1&offset=1&size=3",
                    "inclusion?topic=t&partition=5000000000&offset=1",
                    "consistency?from=1",
                    "consistency?from=0&to=1",
                    "consistency?topic=t&from=1&to=1",
                    "consistency?partition=1&from=1&to=1"
                }) {
            assertThat(gateway.get("/v1/audit/proofs/" + query).statusCode())
                    .as(query)
                    .isEqualTo(400);
        }
    }

    @Test
    void theScrubIsShown() throws Exception {
        var scrub = new JsonObject(gateway.get("/v1/audit/scrub").body());

        assertThat(scrub.getString("state")).isEqualTo("running");
        assertThat(scrub.getString("began")).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(scrub.getValue("ended")).isNull();
        assertThat(scrub.getInteger("checked")).isEqualTo(3);
        var difference = scrub.getJsonArray("differences").getJsonObject(0);
        assertThat(difference.getString("place")).isEqualTo("t-1@7");
        assertThat(difference.getString("kind")).isEqualTo("changed");
        assertThat(difference.getString("found")).isEqualTo(Digest.of("found").hex());
    }

    @Test
    void aBundleIsOfWhatWasAskedFor() throws Exception {
        assertThat(asked("{\"task\":\"01990000-0000-7000-8000-000000000001\"}"))
                .isEqualTo("OfTask[task=01990000-0000-7000-8000-000000000001] since null");
        assertThat(
                        asked(
                                "{\"topic\":\"t\",\"partition\":1,\"from\":3,\"to\":5000000000,\"since\":7}"))
                .isEqualTo("OfRange[topic=t, partition=1, from=3, to=5000000000] since 7");
        assertThat(asked("{\"from\":\"2026-11-27T09:00:00Z\",\"to\":\"2026-11-27T10:00:00Z\"}"))
                .isEqualTo("OfTime[from=2026-11-27T09:00:00Z, to=2026-11-27T10:00:00Z] since null");
    }

    @Test
    void aPersonsRecordsComeInAsManyBundlesAsItTakes() throws Exception {
        var first = post("{\"subject\":\"Ada\"}");

        assertThat(first.body())
                .isEqualTo(
                        "OfPerson[subject=Ada, actor=null, from=1970-01-01T00:00:00Z, to=9999-12-31T23:59:59Z, after=] since null");
        var next = first.headers().firstValue("Millrace-Next").orElseThrow();
        var second =
                post(
                        "{\"actor\":\"Ada\",\"from\":\"2026-11-27T09:00:00Z\",\"after\":\"%s\"}"
                                .formatted(next));
        assertThat(second.headers().firstValue("Millrace-Next")).isEmpty();
        assertThat(second.body())
                .isEqualTo(
                        "OfPerson[subject=null, actor=Ada, from=2026-11-27T09:00:00Z, to=9999-12-31T23:59:59Z, after=t-1@7] since null");
    }

    @Test
    void whatIsNoScopeIsRefused() throws Exception {
        for (var body :
                new String[] {
                    "{}",
                    "{\"since\":1}",
                    "{\"task\":\"echo\"}",
                    "{\"task\":\"01990000-0000-7000-8000-000000000001\",\"from\":1}",
                    "{\"topic\":\"t\",\"partition\":0,\"from\":\"a\",\"to\":2}",
                    "{\"topic\":\"t\",\"partition\":5,\"from\":1,\"to\":2}",
                    "{\"from\":1,\"to\":2}",
                    "{\"subject\":\"Ada\",\"actor\":\"Ada\"}",
                    "{\"subject\":\"Ada\",\"from\":1}",
                    "{\"subject\":\"Ada\",\"after\":\"here\"}",
                    "{\"after\":\"t-1@7\"}",
                    "{\"from\":\"noon\",\"to\":\"midnight\"}"
                }) {
            assertThat(post(body).statusCode()).as(body).isEqualTo(400);
        }
    }

    @Test
    void beforeTheFirstCheckpointItIsToAskAgain() throws Exception {
        gateway.audit.isReady = false;

        var answer = post("{\"task\":\"01990000-0000-7000-8000-000000000001\"}");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body()).contains("there is no checkpoint yet");
    }

    private static List<Hash> hashes(JsonArray path) {
        return path.stream().map(each -> Hash.fromBase64((String) each)).toList();
    }

    private String asked(String body) throws Exception {
        var answer = post(body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValue("application/octet-stream");
        return answer.body();
    }

    private HttpResponse<String> post(String body) throws Exception {
        return gateway.send(
                gateway.asAdmin("/v1/audit/bundles")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)));
    }
}
