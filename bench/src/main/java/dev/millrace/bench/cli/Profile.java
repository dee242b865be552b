package dev.millrace.bench.cli;

import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.text.Corpus;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/// What sort of requests a load is made of.
enum Profile {

    /// New documents to take in.
    DOCUMENTS {
        @Override
        IntFunction<CompletableFuture<HttpResponse<String>>> requests(
                long seed, GatewayClient client) {
            var corpus = new Corpus(seed);
            return number -> client.submit(corpus.text(number));
        }
    },

    /// Searches for words of the documents that the same seed gives.
    SEARCH {
        @Override
        IntFunction<CompletableFuture<HttpResponse<String>>> requests(
                long seed, GatewayClient client) {
            var corpus = new Corpus(seed);
            return number -> client.search(phrase(corpus.text(number).body(), number));
        }
    },

    /// Views, a page each.
    VIEWS {
        @Override
        IntFunction<CompletableFuture<HttpResponse<String>>> requests(
                long seed, GatewayClient client) {
            return number -> client.get(PAGES.get(number % PAGES.size()));
        }
    };

    private static final List<String> PAGES =
            List.of(
                    "/v1/views/documents?limit=50",
                    "/v1/tasks?state=succeeded&limit=50",
                    "/v1/views/task-counts",
                    "/v1/views/throughput");
    private static final int PHRASE_LENGTH = 60;

    /// The request of each number; the same for the same seed.
    abstract IntFunction<CompletableFuture<HttpResponse<String>>> requests(
            long seed, GatewayClient client);

    /// A few words from somewhere in a text.
    static String phrase(String text, int number) {
        int last = Math.max(1, text.length() - PHRASE_LENGTH);
        int from = new SplittableRandom(number).nextInt(last);
        int to = Math.min(text.length(), from + PHRASE_LENGTH);
        return text.substring(from, to).replaceAll("\\W+", " ").strip();
    }
}
