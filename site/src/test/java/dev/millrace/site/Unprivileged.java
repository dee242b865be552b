package dev.millrace.site;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Does something without root's privileges, so that what an ordinary user may not read is refused
/// where tests run as root, too.
///
/// Linux keeps capabilities(7) for each thread: one made for this gives up all it has, and ends.
public final class Unprivileged {

    /// `_LINUX_CAPABILITY_VERSION_3`, whose sets are two structures of three words.
    private static final int VERSION = 0x20080522;

    private static final int SETS_BYTES = 24;

    private Unprivileged() {}

    /// What the action answers, or throws.
    public static <T> T call(Callable<T> action) throws Exception {
        var task =
                new FutureTask<>(() -> {
                    giveUpCapabilities();
                    return action.call();
                });
        Thread.ofPlatform().start(task);
        try {
            return task.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw failed;
        }
    }

    @SuppressWarnings("restricted") // the JDK itself knows nothing of capabilities
    private static void giveUpCapabilities() {
        var linker = Linker.nativeLinker();
        var capset = linker.defaultLookup().find("capset");
        if (capset.isEmpty()) {
            return; // not Linux, where nobody runs tests as root
        }
        var call =
                linker.downcallHandle(
                        capset.get(),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        try (var memory = Arena.ofConfined()) {
            var ofThisThread = memory.allocateFrom(ValueLayout.JAVA_INT, VERSION, 0);
            var none = memory.allocate(SETS_BYTES, Integer.BYTES);
            int refused = (int) call.invokeExact(ofThisThread, none);
            if (refused != 0) {
                throw new IllegalStateException("capset refused to take capabilities away");
            }
        } catch (RuntimeException | Error failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
