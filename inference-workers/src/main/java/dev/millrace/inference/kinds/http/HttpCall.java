package dev.millrace.inference.kinds.http;

import dev.millrace.inference.kinds.http.CallInput.Call;
import dev.millrace.inference.kinds.http.CheckedResolver.Names;
import dev.millrace.inference.work.Attempt;
import dev.millrace.inference.work.WorkFailed;
import dev.millrace.inference.work.WorkKind;
import java.net.InetAddress;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;

/// The kind `http`: calls an HTTP server and keeps what it answers.
///
/// A call may happen more than once: where that matters, name the task in a header of its own that
/// the server recognises a repeat by. What an answer says of itself (`Set-Cookie` excepted) is kept
/// in the log.
public final class HttpCall {

    /// How many calls are made at once; each holds an answer of up to 8 MiB.
    private static final int CONCURRENCY = 32;

    private static final int TIMEOUT = 408;
    private static final int TOO_EARLY = 425;
    private static final int TOO_MANY = 429;
    private static final int CLIENT_ERROR = 400;
    private static final int SERVER_ERROR = 500;

    private final HttpRules rules;
    private final Exchanges exchanges;

    HttpCall(HttpRules rules, Names names) {
        this(rules, names, DefaultClientTlsStrategy.createDefault());
    }

    /// @param tls proves the servers of `https`
    HttpCall(HttpRules rules, Names names, TlsSocketStrategy tls) {
        this.rules = rules;
        this.exchanges = new Exchanges(new CheckedResolver(rules, names), CONCURRENCY, tls);
    }

    /// The kind.
    public static WorkKind<?, ?> kind(HttpRules rules) {
        var call = new HttpCall(rules, InetAddress::getAllByName);
        return new WorkKind<>(
                "http", CallInput.class, CallOutput.class, CONCURRENCY, call::perform);
    }

    /// Calls, and follows where that leads.
    ///
    /// @throws WorkFailed with one of the codes of `docs/tasks.md`
    CallOutput perform(CallInput input, Attempt attempt) throws WorkFailed, InterruptedException {
        var call = input.checked();
        var answer = follow(call, System.nanoTime() + call.timeout().toNanos(), attempt);
        if (answer.status() >= CLIENT_ERROR) {
            var code = "http_" + answer.status();
            var detail = "%s answered %d".formatted(answer.url(), answer.status());
            throw isPassing(answer.status())
                    ? WorkFailed.forNow(code, detail)
                    : WorkFailed.forGood(code, detail);
        }
        return answer.output();
    }

    private static boolean isPassing(int status) {
        return status >= SERVER_ERROR
                || status == TIMEOUT
                || status == TOO_EARLY
                || status == TOO_MANY;
    }

    private Answer follow(Call first, long untilNanos, Attempt attempt)
            throws WorkFailed, InterruptedException {
        var call = first;
        for (int redirects = 0; redirects <= Redirects.MOST; redirects++) {
            rules.check(call.url());
            var answer = exchanges.exchange(call, untilNanos, attempt);
            var to = Redirects.target(call.url(), answer.status(), answer.location());
            if (to == null) {
                return answer;
            }
            var method = Redirects.method(answer.status(), call.method());
            var body = method.equals(call.method()) ? call.body() : null;
            call = new Call(method, to, call.headers(), body, call.timeout());
        }
        throw WorkFailed.forGood(
                "bad_redirect",
                "location: leads on from %s (expected: at most %d redirects)"
                        .formatted(first.url(), Redirects.MOST));
    }
}
