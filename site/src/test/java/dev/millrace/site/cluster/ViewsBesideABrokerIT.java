package dev.millrace.site.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.schemas.registry.ConfluentSchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.streams.views.ViewsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Views in the process of the broker, and views in another: they share the partitions, and each
/// reads from the other what it does not hold.
@Tag("full")
class ViewsBesideABrokerIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long SEED = 20_261_128L;
    private static final int PARTITIONS = 3;
    private static final int TASKS = 60;

    @TempDir private Path folder = Path.of(".");

    @Test
    void shareThePartitionsAndAreReadAsAWhole() throws Exception {
        var ports = new ArrayList<Integer>();
        for (int i = 0; i < 5; i++) {
            ports.add(free());
        }
        var data = Files.createDirectory(folder.resolve("data"));
        var config =
                Files.writeString(
                        folder.resolve("site.properties"),
                        """
                        millrace.broker.port=%d
                        millrace.registry.port=%d
                        millrace.gateway.port=%d
                        millrace.search.urls=http://127.0.0.1:1
                        millrace.kafka.start-timeout=5m
                        """
                                .formatted(ports.get(0), ports.get(1), ports.get(2)));
        var parts = List.of("broker", "registry", "gateway", "views");
        try (var site = RoleProcess.start(data, config, "site", ports.get(3), parts)) {
            site.awaitReady();
            var kafka = "127.0.0.1:" + ports.get(0);
            var registry = URI.create("http://127.0.0.1:" + ports.get(1));
            try (var other = RoleProcess.start(data, config, "b", ports.get(4), List.of("views"));
                    var written =
                            new WrittenTasks(
                                    kafka,
                                    new EventSerdes(new ConfluentSchemaStore(registry)),
                                    PARTITIONS,
                                    SEED);
                    var admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
                other.awaitReady();
                awaitShared(admin);
                for (int task = 0; task < TASKS; task++) {
                    written.begin();
                }

                var token = Files.readString(data.resolve("token")).strip();
                var gateway = URI.create("http://127.0.0.1:" + ports.get(2));
                try (var reader = new ViewReader("all", gateway, token, false)) {
                    assertThat(rows(reader, written)).hasSize(TASKS);
                }
            }
        }
    }

    private static void awaitShared(Admin admin) {
        var id = ViewsSettings.APPLICATION_ID;
        await("both have partitions")
                .atMost(PATIENCE)
                .until(() -> {
                    var group = admin.describeStreamsGroups(List.of(id)).all().get().get(id);
                    return group != null
                            && group.members().size() == 2
                            && group.members().stream()
                                    .noneMatch(
                                            member -> member.assignment().activeTasks().isEmpty());
                });
    }

    private static List<JsonNode> rows(ViewReader reader, WrittenTasks written) {
        var rows = new AtomicReference<List<JsonNode>>(List.of());
        await("all partitions answer")
                .atMost(PATIENCE)
                .until(() -> {
                    var answer =
                            reader.get(
                                    "/v1/views/tasks", Map.of("limit", "1000"), written.position());
                    if (answer == null || answer.body() == null) {
                        return false;
                    }
                    var found = new ArrayList<JsonNode>();
                    answer.body().path("items").forEach(found::add);
                    rows.set(found);
                    return true;
                });
        return rows.get();
    }

    private static int free() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
