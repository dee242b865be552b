package dev.millrace.bench.streams;

import dev.millrace.bench.load.WireClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Clients that each have a connection and a stream of events of their own, all read by one thread.
final class EventClients implements AutoCloseable {

    private static final int READ_BYTES = 256 * 1024;
    private static final long LONGEST_BEGINNING_SECONDS = 120;
    private static final String GOOD = "HTTP/1.1 200";

    private final Selector selector;
    private final List<SocketChannel> channels = new ArrayList<>();
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(READ_BYTES);
    private final CountDownLatch begun;
    private final Taker taker;
    private final Thread thread;
    private volatile @Nullable IOException failure;
    private volatile boolean isClosed;

    /// Is told what comes.
    @FunctionalInterface
    interface Taker {
        void delivered(int number, long nanos);
    }

    private EventClients(URI gateway, byte[] request, int clients, Taker taker) throws IOException {
        this.selector = Selector.open();
        this.begun = new CountDownLatch(clients);
        this.taker = taker;
        this.thread = Thread.ofPlatform().daemon().name("event-clients").start(this::read);
        for (int i = 0; i < clients; i++) {
            var channel =
                    SocketChannel.open(new InetSocketAddress(gateway.getHost(), gateway.getPort()));
            channels.add(channel);
            // Into the empty buffer of a socket it goes at once.
            var unsent = ByteBuffer.wrap(request);
            while (unsent.hasRemaining()) {
                channel.write(unsent);
            }
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new Client());
            selector.wakeup(); // or the selection that goes on would not see it
        }
    }

    /// Connects, asks for the events from now on, and waits until all streams have begun.
    ///
    /// @param authorization a whole header without its end
    /// @param path with its query
    /// @param taker told of each event of each client, by one thread
    static EventClients begin(
            URI gateway, String authorization, String path, int clients, Taker taker)
            throws IOException, InterruptedException {
        var request = WireClient.get(gateway, path, authorization, "Accept: text/event-stream");
        var all = new EventClients(gateway, request, clients, taker);
        if (!all.begun.await(LONGEST_BEGINNING_SECONDS, TimeUnit.SECONDS)) {
            all.close();
            throw new IOException(
                    "streams: %d of %d did not begin".formatted(all.begun.getCount(), clients));
        }
        return all;
    }

    /// Fails if any stream did.
    void check() throws IOException {
        var failed = failure;
        if (failed != null) {
            throw new IOException("a stream of events broke off", failed);
        }
    }

    private void read() {
        try (selector) {
            while (!isClosed) {
                selector.select(this::ready);
            }
        } catch (IOException failed) {
            failure = failed;
        }
    }

    private void ready(SelectionKey key) {
        var client = (Client) key.attachment();
        try {
            bytes.clear();
            if (((SocketChannel) key.channel()).read(bytes) < 0) {
                throw new IOException("the gateway ended a stream");
            }
            bytes.flip();
            client.take(bytes);
        } catch (IOException failed) {
            failure = failed;
            key.cancel();
        }
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        for (var channel : channels) {
            channel.close();
        }
    }

    private final class Client {

        private final Marks marks = new Marks();
        private boolean hasBegun;

        void take(ByteBuffer read) throws IOException {
            if (!hasBegun) {
                begin(StandardCharsets.ISO_8859_1.decode(read.duplicate()).toString());
            }
            long now = System.nanoTime();
            marks.read(read, number -> taker.delivered(number, now));
        }

        private void begin(String head) throws IOException {
            if (!head.startsWith(GOOD)) {
                throw new IOException("stream: " + head.lines().findFirst().orElse("nothing"));
            }
            hasBegun = true;
            begun.countDown();
        }
    }
}
