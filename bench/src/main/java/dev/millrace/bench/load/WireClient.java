package dev.millrace.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// A client of HTTP/1.1 that does as little as one can do: requests are ready-made bytes,
/// connections are kept, one thread serves them all, and of an answer only status and length are
/// read. What shares the machine with a server should cost it as little as possible, or it is the
/// client that is measured.
///
/// Safe for use by many threads. A request that is sent while an answer is told is written at once
/// by the same thread.
public final class WireClient implements AutoCloseable {

    private static final int READ_BYTES = 256 * 1024;

    private final Selector selector;
    private final List<Connection> all = new ArrayList<>();
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private final Queue<Asked> waiting = new ConcurrentLinkedQueue<>();
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(READ_BYTES);
    private final Thread thread;
    private volatile @Nullable IOException broken;
    private volatile boolean isClosed;

    private static final class Asked {

        private final byte[] request;
        private final CompletableFuture<Integer> answer;

        Asked(byte[] request, CompletableFuture<Integer> answer) {
            this.request = request;
            this.answer = answer;
        }
    }

    private WireClient(InetSocketAddress server, int connections) throws IOException {
        this.selector = Selector.open();
        for (int i = 0; i < connections; i++) {
            var one = new Connection(server);
            all.add(one);
            idle.add(one);
        }
        this.thread = Thread.ofPlatform().daemon().name("wire-client").start(this::serve);
    }

    /// Connects.
    ///
    /// @param server of which host and port count
    /// @param connections as many requests can be under way; more of them wait
    public static WireClient connect(URI server, int connections) throws IOException {
        return new WireClient(
                new InetSocketAddress(server.getHost(), server.getPort()), connections);
    }

    /// The bytes of a GET.
    ///
    /// @param path with its query
    /// @param headers whole lines without their ends, for instance `Accept: text/plain`
    public static byte[] get(URI server, String path, String... headers) {
        var text = new StringBuilder("GET " + path + " HTTP/1.1\r\n");
        text.append("Host: ").append(server.getAuthority()).append("\r\n");
        for (var header : headers) {
            text.append(header).append("\r\n");
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Sends a request that is answered with a body of known length, or none.
    ///
    /// @param request all of its bytes
    /// @return the status, once the answer is whole; fails with an `IOException`
    public CompletableFuture<Integer> send(byte[] request) {
        var answer = new CompletableFuture<Integer>();
        waiting.add(new Asked(request, answer));
        if (Thread.currentThread() == thread) {
            writeWaiting();
        } else {
            selector.wakeup();
        }
        if (broken != null) {
            failAll();
        }
        return answer;
    }

    private void serve() {
        try (selector) {
            while (!isClosed) {
                writeWaiting();
                selector.select(this::ready);
            }
        } catch (IOException | UncheckedIOException failed) {
            broken = new IOException("a connection failed", failed);
        } finally {
            if (broken == null) {
                broken = new IOException("the client is closed");
            }
            all.forEach(Connection::close);
            failAll();
        }
    }

    private void writeWaiting() {
        while (!idle.isEmpty()) {
            var next = waiting.poll();
            if (next == null) {
                return;
            }
            idle.remove().write(next);
        }
    }

    private void ready(SelectionKey key) {
        ((Connection) key.attachment()).ready();
    }

    private void failAll() {
        var cause = new IOException("the connections are gone", broken);
        for (var next = waiting.poll(); next != null; next = waiting.poll()) {
            next.answer.completeExceptionally(cause);
        }
    }

    /// Ends it; what is under way fails.
    @Override
    public void close() {
        isClosed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// One connection, and the request that is under way on it.
    private final class Connection {

        private final SocketChannel channel;
        private final SelectionKey key;
        private final AnswerReader reader = new AnswerReader();
        private @Nullable ByteBuffer unsent;
        private @Nullable CompletableFuture<Integer> answer;

        Connection(InetSocketAddress server) throws IOException {
            this.channel = SocketChannel.open(server);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            this.key = channel.register(selector, SelectionKey.OP_READ, this);
        }

        void write(Asked next) {
            answer = next.answer;
            unsent = ByteBuffer.wrap(next.request);
            writeOn();
        }

        void ready() {
            if (key.isWritable()) {
                writeOn();
            }
            if (key.isReadable()) {
                readOn();
            }
        }

        private void writeOn() {
            var rest = unsent;
            try {
                if (rest != null && channel.write(rest) >= 0 && !rest.hasRemaining()) {
                    unsent = null;
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            key.interestOps(
                    unsent == null
                            ? SelectionKey.OP_READ
                            : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }

        private void readOn() {
            try {
                bytes.clear();
                if (channel.read(bytes) < 0) {
                    throw new IOException("the server closed a connection");
                }
                bytes.flip();
                if (reader.read(bytes)) {
                    var done = answer;
                    if (bytes.hasRemaining() || done == null) {
                        throw new IOException("the server says more than was asked");
                    }
                    answer = null;
                    idle.add(this);
                    done.complete(reader.status());
                    writeWaiting();
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        void close() {
            try {
                channel.close();
            } catch (IOException _) {
                // It is not needed any more.
            }
            if (answer != null) {
                answer.completeExceptionally(new IOException("the connection is gone", broken));
            }
        }
    }
}
