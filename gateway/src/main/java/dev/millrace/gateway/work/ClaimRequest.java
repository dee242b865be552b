package dev.millrace.gateway.work;

import dev.millrace.domain.kind.TaskKind;
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

    static ClaimRequest of(Call call, TaskKind kind) {
        var body = call.body();
        return new ClaimRequest(
                kind.name(),
                body.getInteger("max", 1),
                Duration.ofMillis(body.getInteger("wait_ms", 0)),
                Duration.ofMillis(body.getLong("lease_ms", kind.lease().toMillis())),
                body.getString("worker", call.caller().name()));
    }
}
