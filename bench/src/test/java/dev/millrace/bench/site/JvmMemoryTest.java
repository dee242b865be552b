package dev.millrace.bench.site;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What a JVM's own words say of its memory.
class JvmMemoryTest {

    @Test
    void theHeapIsTheSumOfItsGenerations() {
        var info =
                """
                4711:
                 PSYoungGen      total 71680K, used 10240K [0x1, 0x2, 0x3)
                  eden space 61440K, 20% used [0x1,0x2,0x3)
                 ParOldGen       total 175104K, used 40960K [0x1, 0x2, 0x3)
                 Metaspace       used 90000K, committed 91000K, reserved 1179648K
                """;

        assertThat(JvmMemory.used(info)).isEqualTo(50);
    }

    @Test
    void purposesAreSortedAndCrumbsLeftOut() {
        var summary =
                """
                Total: reserved=9000000KB, committed=700000KB
                -                 Java Heap (reserved=6000000KB, committed=204800KB)
                                            (mmap: reserved=6000000KB, committed=204800KB)
                -                     Class (reserved=1048576KB, committed=10240KB)
                -                    Thread (reserved=130000KB, committed=307200KB)
                -                  Compiler (reserved=1000KB, committed=1000KB)
                """;

        assertThat(JvmMemory.parse(summary).keySet())
                .containsExactly("Thread", "Java Heap", "Class");
        assertThat(JvmMemory.parse(summary)).containsEntry("Class", 10.0);
    }
}
