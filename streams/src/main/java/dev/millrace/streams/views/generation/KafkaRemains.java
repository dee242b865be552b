package dev.millrace.streams.views.generation;

import dev.millrace.streams.views.StandbyReplicas;
import dev.millrace.streams.views.ViewsSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/// What generations leave in Kafka, and in the folder of this process's applications.
///
/// The group goes first, which brokers refuse while it has members: so nothing is taken from an
/// instance that still runs the generation.
final class KafkaRemains implements Remains {

    private static final int TIMEOUT_MILLIS = 10_000;
    private static final Pattern CHANGELOG =
            Pattern.compile(
                    "("
                            + Pattern.quote(ViewsSettings.APPLICATION_ID)
                            + "(?:-g[0-9]+)?)-.+-changelog");

    private final Map<String, Object> client;
    private final Path folder;

    /// @param client how Kafka is reached
    /// @param folder in which each application has its own
    KafkaRemains(Map<String, Object> client, Path folder) {
        this.client = new HashMap<>(client);
        this.client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        this.client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        this.folder = folder;
    }

    @Override
    public Set<Integer> find() throws IOException, InterruptedException {
        var found = new HashSet<Integer>();
        if (Files.isDirectory(folder)) {
            try (var folders = Files.list(folder)) {
                folders.forEach(one -> add(one.getFileName().toString(), found));
            }
        }
        try (var admin = Admin.create(client)) {
            for (var group : admin.listGroups().all().get()) {
                add(group.groupId(), found);
            }
            for (var topic : admin.listTopics().names().get()) {
                var changelog = CHANGELOG.matcher(topic);
                if (changelog.matches()) {
                    add(changelog.group(1), found);
                }
            }
        } catch (ExecutionException away) {
            throw new IOException("Kafka does not tell what there is", away);
        }
        return found;
    }

    private static void add(String applicationId, Set<Integer> found) {
        ViewsSettings.generation(applicationId).ifPresent(found::add);
    }

    @Override
    public void delete(int generation) throws IOException, InterruptedException {
        var id = ViewsSettings.applicationId(generation);
        try (var admin = Admin.create(client)) {
            var groups =
                    admin.listGroups().all().get().stream().map(GroupListing::groupId).toList();
            if (groups.contains(id)) {
                deleteGroup(admin, id);
                StandbyReplicas.forget(admin, id);
            }
            var changelogs = new HashSet<>(ViewsSettings.changelogs(generation));
            changelogs.retainAll(admin.listTopics().names().get());
            admin.deleteTopics(changelogs).all().get();
        } catch (ExecutionException refused) {
            throw new IOException(id + " cannot be deleted in Kafka", refused.getCause());
        }
        deleteFolder(folder.resolve(id));
    }

    private static void deleteGroup(Admin admin, String id)
            throws ExecutionException, InterruptedException {
        try {
            admin.deleteStreamsGroups(List.of(id)).all().get();
        } catch (ExecutionException failed) {
            if (!(failed.getCause() instanceof GroupIdNotFoundException)) {
                throw failed; // another instance did not do it a moment ago
            }
        }
    }

    private static void deleteFolder(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (var files = Files.walk(root)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException walking) {
            throw walking.getCause();
        }
    }
}
