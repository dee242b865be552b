package dev.millrace.gateway;

import dev.millrace.domain.audit.Audit;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.kind.TaskKinds;
import dev.millrace.domain.kind.WorkQueues;
import dev.millrace.domain.log.DeadLetterLog;
import dev.millrace.domain.log.EventLog;
import dev.millrace.domain.log.LiveLog;
import dev.millrace.domain.log.LogExports;
import dev.millrace.domain.replay.Replays;
import dev.millrace.domain.search.SearchIndex;
import dev.millrace.domain.view.Freshness;
import dev.millrace.domain.view.Views;
import dev.millrace.domain.view.generation.Rebuilds;
import dev.millrace.gateway.commands.TaskReports;
import dev.millrace.gateway.commands.TaskSubmissions;
import dev.millrace.gateway.status.Readiness;
import dev.millrace.gateway.submit.WriteGate;
import dev.millrace.gateway.work.WorkSource;
import java.util.function.Supplier;

/// What the gateway asks others for.
///
/// @param queues where the work of a new kind waits
/// @param reports what workers say over HTTP
/// @param work what they are handed
/// @param freshness how old what the views show may be
/// @param rebuilds of all views
/// @param exports the log in bulk
/// @param writes whether anything may be written just now
/// @param readiness of the site; it must not block
/// @param audit the signed history
public record GatewayPorts(
        TaskSubmissions submissions,
        TaskReports reports,
        WorkSource work,
        Views views,
        Freshness freshness,
        Rebuilds rebuilds,
        Replays replays,
        EventLog log,
        LiveLog live,
        LogExports exports,
        DeadLetterLog letters,
        SearchIndex search,
        BlobStore blobs,
        TaskKinds kinds,
        WorkQueues queues,
        WriteGate writes,
        Supplier<Readiness> readiness,
        Audit audit) {}
