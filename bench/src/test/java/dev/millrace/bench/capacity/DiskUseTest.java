package dev.millrace.bench.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is counted as whose.
class DiskUseTest {

    private static final int MIB = 1 << 20;

    private static void file(Path path, int bytes) throws IOException {
        Files.createDirectories(path.getParent());
        Files.write(path, new byte[bytes]);
    }

    @Test
    void storesChangelogsAndTheRestAreToldApart(@TempDir Path data) throws IOException {
        file(data.resolve("streams/millrace-decide-v1/0_0/rocksdb/1.sst"), MIB);
        file(data.resolve("streams/millrace-views-v3/0_0/rocksdb/1.sst"), 2 * MIB);
        file(data.resolve("broker/millrace-decide-v1-decide-tasks-changelog-0/0.log"), 4 * MIB);
        file(data.resolve("broker/millrace-decide-v1-decide-tasks-changelog-0/0.index"), MIB);
        file(data.resolve("broker/millrace-decide-v1-decide-tasks-changelog-0/0.timeindex"), MIB);
        file(data.resolve("broker/millrace-views-v3-tasks-changelog-0/0.log"), 8 * MIB);
        file(data.resolve("broker/millrace.task-events-0/0.log"), 16 * MIB);

        var use = DiskUse.of(data);

        assertThat(use.stores()).isCloseTo(1, within(1e-9));
        assertThat(use.changelogs()).isCloseTo(4, within(1e-9));
        assertThat(use.all()).isCloseTo(31, within(1e-9));
    }
}
