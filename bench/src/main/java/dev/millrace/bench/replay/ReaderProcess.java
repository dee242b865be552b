package dev.millrace.bench.replay;

import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.site.JavaCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// [Passes] in a process of their own, with the JVM flags of this one. Ends when this process does.
final class ReaderProcess implements AutoCloseable {

    private static final String READY = "Reader ready: ";
    private static final String BARE = "bare";
    private static final String REPLAY = "replay ";
    private static final long LONGEST_STOP_SECONDS = 15;

    private final Process process;
    private final BufferedReader answers;
    private final Path messages;
    private final String end;

    private ReaderProcess(Process process, BufferedReader answers, Path messages)
            throws IOException {
        this.process = process;
        this.answers = answers;
        this.messages = messages;
        this.end = answer(READY);
    }

    /// Starts it beside a site that runs.
    ///
    /// @param data the site's folder
    /// @param folder for its own rows; there
    static ReaderProcess start(Path data, Path folder, int partitions) throws IOException {
        var messages = folder.resolve("reader-messages.txt");
        var process =
                JavaCommand.of(
                                List.of(),
                                ReaderProcess.class.getName(),
                                List.of(
                                        Files.readString(data.resolve("kafka.address")).strip(),
                                        Files.readString(data.resolve("registry.url")).strip(),
                                        folder.resolve("rows").toString(),
                                        Integer.toString(partitions)))
                        .redirectError(messages.toFile())
                        .start();
        var answers =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return new ReaderProcess(process, answers, messages);
    }

    /// What runs in it: a line in is what to do, a line out what came of it.
    ///
    /// @param arguments the broker's and the registry's address, a folder, and how many partitions
    public static void main(String[] arguments) throws Exception {
        var words = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (var passes =
                Passes.of(
                        arguments[0],
                        URI.create(arguments[1]),
                        Path.of(arguments[2]),
                        Integer.parseInt(arguments[3]))) {
            tell(READY + passes.end());
            for (var word = words.readLine(); word != null; word = words.readLine()) {
                var pass =
                        word.equals(BARE)
                                ? passes.bare()
                                : passes.replay(Long.parseLong(word.substring(REPLAY.length())));
                tell(GatewayClient.JSON.writeValueAsString(pass));
            }
        }
        System.exit(0);
    }

    private static void tell(String line) {
        System.out.println(line);
        System.out.flush();
    }

    /// The position that is read to.
    String end() {
        return end;
    }

    Pass bare() throws IOException {
        return pass(BARE);
    }

    /// @param records that a pass reads
    Pass replay(long records) throws IOException {
        return pass(REPLAY + records);
    }

    long pid() {
        return process.pid();
    }

    private Pass pass(String word) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((word + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
        return GatewayClient.JSON.readValue(answer(""), Pass.class);
    }

    private String answer(String prefix) throws IOException {
        var line = answers.readLine();
        if (line == null || !line.startsWith(prefix)) {
            process.destroyForcibly();
            throw new IOException("the reader ended: " + Files.readString(messages));
        }
        return line.substring(prefix.length());
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (process.waitFor(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
