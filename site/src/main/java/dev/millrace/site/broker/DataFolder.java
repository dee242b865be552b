package dev.millrace.site.broker;

import dev.millrace.site.blobs.DurableFile;
import dev.millrace.site.role.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The folder that holds all of a site that is on one machine.
///
/// ```
/// lock          shared by the processes of the site that runs here
/// locks/        one for each role of each instance; names the process that has it
/// token         the bearer token of this machine
/// gateway.url   where the gateway listens; there only while it runs
/// kafka.address, registry.url   the same of the site's own broker and registry
/// identity/     the site's key and incarnation
/// broker/       Kafka's log: the truth
/// audit-keys/   what the history is signed with
/// audit/        the signed history; may be shown to anybody
/// blobs/        content too large for the log
/// streams/ index/   folds of the log; they can be thrown away
/// models/       unpacked from the program; they can be thrown away
/// logs/         what the site says of itself
/// instances/    the last four of each further instance, by its name
/// ```
///
/// Processes may share it, as long as no two have the same role under the same instance name. The
/// locks are the operating system's: they end with the process, however that ends.
public final class DataFolder implements AutoCloseable {

    /// The instance whose folders are the site's own.
    public static final String FIRST_INSTANCE = "site";

    private static final String INDEX = "index";
    private static final String STREAMS = "streams";

    private static final String LOCKS = "locks";

    private final Path path;
    private final Path home;
    private final List<FolderLock> locks;

    private DataFolder(Path path, Path home, List<FolderLock> locks) {
        this.path = path;
        this.home = home;
        this.locks = List.copyOf(locks);
    }

    /// Takes a folder for a whole site in this process.
    ///
    /// @throws FolderInUse if a site runs on it already
    /// @throws IOException if it cannot be created or written
    public static DataFolder open(Path folder) throws FolderInUse, IOException {
        return open(folder, FIRST_INSTANCE, Role.ALL);
    }

    /// Takes some roles of a folder for this process; creates it, for its owner only, if it is not
    /// there.
    ///
    /// @param instance names this process among those of its roles
    /// @throws FolderInUse if another process has one of the roles
    /// @throws IOException if it cannot be created or written
    public static DataFolder open(Path folder, String instance, Set<Role> roles)
            throws FolderInUse, IOException {
        var path = folder.toAbsolutePath().normalize();
        boolean isFirst = instance.equals(FIRST_INSTANCE);
        var home = isFirst ? path : path.resolve("instances").resolve(instance);
        /* One that is there keeps its permissions: --data may name a home folder or / by mistake, and
         * a mode that someone chose. The doctor tells when others may look into it. */
        DurableFile.makeFolder(path);
        DurableFile.makeFolder(path.resolve(LOCKS));
        DurableFile.makeFolder(home);
        var locks = new ArrayList<FolderLock>();
        try {
            locks.add(FolderLock.shared(path.resolve("lock"), path));
            for (var role : new TreeSet<>(roles)) {
                locks.add(FolderLock.exclusive(lockOf(path, instance, role), path));
            }
            var taken = new DataFolder(path, home, locks);
            for (var role : roles) {
                // Left by one that was killed: somebody else may listen there by now.
                var address = taken.address(role);
                if (address != null) {
                    Files.deleteIfExists(address);
                }
            }
            return taken;
        } catch (FolderInUse | IOException refused) {
            for (var lock : locks) {
                lock.close();
            }
            throw refused;
        }
    }

    /// Takes a folder for this process alone: while it has it, nothing of a site runs there.
    ///
    /// @throws FolderInUse if something does
    public static DataFolder alone(Path folder) throws FolderInUse, IOException {
        var path = folder.toAbsolutePath().normalize();
        return new DataFolder(
                path, path, List.of(FolderLock.exclusive(path.resolve("lock"), path)));
    }

    public Path path() {
        return path;
    }

    public Path token() {
        return path.resolve("token");
    }

    /// The file that says where a role listens; null for one that does not, beyond the management
    /// port.
    public @Nullable Path address(Role role) {
        var name = addressName(role);
        return name == null ? null : home.resolve(name);
    }

    public Path identity() {
        return path.resolve("identity");
    }

    public Path auditKeys() {
        return path.resolve("audit-keys");
    }

    public Path audit() {
        return path.resolve("audit");
    }

    public Path broker() {
        return path.resolve("broker");
    }

    public Path blobs() {
        return path.resolve("blobs");
    }

    /// The folders in a site's own, or in an instance's, whose files are compacted.
    public static List<Path> compacted(Path home) {
        return List.of(home.resolve(INDEX), home.resolve(STREAMS));
    }

    public Path streams() {
        return home.resolve(STREAMS);
    }

    public Path replays() {
        return home.resolve("replays");
    }

    public Path logs() {
        return home.resolve("logs");
    }

    public Path models() {
        return home.resolve("models");
    }

    public Path index() {
        return home.resolve(INDEX);
    }

    /// Whether anything of a site runs on a folder just now, in this process or another.
    public static boolean isInUse(Path folder) throws IOException {
        return FolderLock.isHeld(folder.toAbsolutePath().normalize().resolve("lock"));
    }

    /// Where a role of the first instance listens; null if it does not run just now, in this
    /// process or another, or is not ready yet.
    public static @Nullable String addressOf(Path folder, Role role) throws IOException {
        var name = addressName(role);
        // The file alone proves nothing: after a kill, somebody else may listen there.
        var path = folder.toAbsolutePath().normalize();
        if (name == null || !FolderLock.isHeld(lockOf(path, FIRST_INSTANCE, role))) {
            return null;
        }
        try {
            return Files.readString(path.resolve(name)).strip();
        } catch (NoSuchFileException notYet) {
            return null;
        }
    }

    /// Gives the folder up.
    @Override
    public void close() throws IOException {
        for (var lock : locks) {
            lock.close();
        }
    }

    private static @Nullable String addressName(Role role) {
        return switch (role) {
            case GATEWAY -> "gateway.url";
            case BROKER -> "kafka.address";
            case REGISTRY -> "registry.url";
            case DECIDE, VIEWS, DOCUMENTS, WORKER, SEARCH, AUDIT -> null;
        };
    }

    private static Path lockOf(Path folder, String instance, Role role) {
        // A site has one history, however many instances it has.
        var owner = role == Role.AUDIT ? FIRST_INSTANCE : instance;
        return folder.resolve(LOCKS).resolve(owner + "." + role.text());
    }
}
