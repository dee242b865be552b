package dev.millrace.site.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskGuardTest {

    private static final long MIB = 1 << 20;
    private static final long RESERVE = 100 * MIB;

    private final FakeRoom room = new FakeRoom();
    private final List<String> calls = new ArrayList<>();
    private final DiskGuard guard =
            new DiskGuard(
                    room,
                    RESERVE,
                    List.of(
                            Pausable.of(() -> calls.add("pause a"), () -> calls.add("resume a")),
                            Pausable.of(() -> calls.add("pause b"), () -> calls.add("resume b"))));

    @Test
    void nothingWaitsWhileTheReserveIsFree() {
        look(RESERVE);

        assertThat(guard.closed()).isNull();
        assertThat(calls).isEmpty();
    }

    @Test
    void belowTheReserveEverythingWaitsOnce() {
        look(RESERVE - 1);
        look(RESERVE / 2);

        assertThat(guard.closed())
                .contains("50 MiB left", "keeps 100 MiB", "once 125 MiB are free")
                .contains("millrace.disk.reserve");
        assertThat(calls).containsExactly("pause a", "pause b");
    }

    @Test
    void itOpensOnlyWithAQuarterMoreSoThatItDoesNotFlutter() {
        look(RESERVE - 1);
        look(RESERVE);
        look(RESERVE + RESERVE / 4 - 1);
        assertThat(guard.closed()).isNotNull();
        calls.clear();

        look(RESERVE + RESERVE / 4);
        look(RESERVE);

        assertThat(guard.closed()).isNull();
        assertThat(calls).containsExactly("resume a", "resume b");
    }

    @Test
    void whatIsCompactedIsKeptFreeTwiceUpToABound() {
        room.rewritten = 30 * MIB;
        look(RESERVE + 30 * MIB - 1);
        assertThat(guard.closed()).contains("keeps 130 MiB");

        var large = new DiskGuard(room, RESERVE, List.of());
        room.rewritten = Long.MAX_VALUE;
        room.free = RESERVE + DiskGuard.MOST_REWRITTEN;
        large.look();
        assertThat(large.closed()).isNull();
    }

    @Test
    void whenTheDiskDoesNotTellAllStaysAsItIs() {
        look(RESERVE - 1);
        room.silent = true;
        look(10 * RESERVE);
        assertThat(guard.closed()).isNotNull();

        room.silent = false;
        look(10 * RESERVE);
        assertThat(guard.closed()).isNull();
    }

    @Test
    void aRealFolderIsCountedWithAllThatIsInIt(@TempDir Path folder) throws IOException {
        var index = Files.createDirectories(folder.resolve("index/deep"));
        Files.write(index.resolve("a"), new byte[1000]);
        Files.write(folder.resolve("index/b"), new byte[24]);
        Files.write(folder.resolve("beside"), new byte[500]);

        var real = Room.of(folder, List.of(folder.resolve("index"), folder.resolve("nowhere")));

        assertThat(real.rewrittenBytes()).isEqualTo(1024);
        assertThat(real.freeBytes()).isPositive();
    }

    private void look(long free) {
        room.free = free;
        guard.look();
    }

    private static final class FakeRoom implements Room {

        private long free;
        private long rewritten;
        private boolean silent;

        @Override
        public long freeBytes() throws IOException {
            if (silent) {
                throw new IOException("stale handle");
            }
            return free;
        }

        @Override
        public long rewrittenBytes() {
            return rewritten;
        }
    }
}
