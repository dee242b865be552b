package dev.millrace.gateway.work;

import dev.millrace.gateway.contract.Call;
import java.time.Duration;

/// What a worker asks for.
///
/// @param kind of the tasks it does
/// @param most items, 1 to 100
/// @param patience how long to wait for the first of them, up to 30 s
/// @param lease how long it may be silent afterwards
/// @param worker its name, for people
record ClaimRequest(String kind, int most, Duration patience, Duration lease, String worker) {

    private static final int USUAL_LEASE_MILLIS = 30_000;

    static ClaimRequest of(Call call) {
        var body = call.body();
        return new ClaimRequest(
                call.required("kind"),
                body.getInteger("max", 1),
                Duration.ofMillis(body.getInteger("wait_ms", 0)),
                Duration.ofMillis(body.getInteger("lease_ms", USUAL_LEASE_MILLIS)),
                body.getString("worker", call.caller().name()));
    }
}
