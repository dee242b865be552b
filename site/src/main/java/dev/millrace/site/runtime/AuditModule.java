package dev.millrace.site.runtime;

import dagger.Module;
import dagger.Provides;
import dev.millrace.domain.audit.Audit;
import dev.millrace.domain.audit.AuditTree;
import dev.millrace.domain.audit.AuditTree.OfPartition;
import dev.millrace.domain.audit.AuditUnavailable;
import dev.millrace.domain.audit.ScrubStatus;
import dev.millrace.domain.audit.tree.ConsistencyProof;
import dev.millrace.domain.event.Site;
import dev.millrace.gateway.status.Readiness;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.config.SiteConfig;
import dev.millrace.site.identity.AuditKeyFiles;
import dev.millrace.site.identity.SiteIdentity;
import dev.millrace.site.management.Metrics;
import dev.millrace.site.role.Role;
import dev.millrace.site.runtime.SiteReadiness.Check;
import dev.millrace.streams.audit.AuditApplication;
import dev.millrace.streams.audit.AuditKeys;
import dev.millrace.streams.audit.AuditSettings;
import dev.millrace.streams.audit.scrub.ScrubSettings;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The signed history of the site.
@Module
final class AuditModule {

    private AuditModule() {}

    @Provides
    @Singleton
    static AuditKeys keys(Parts parts, DataFolder folder, SiteIdentity identity) {
        return parts.step(
                "audit keys",
                () -> AuditKeyFiles.open(folder.auditKeys(), folder.audit(), identity.peer()));
    }

    @Provides
    @Singleton
    static AuditApplication application(
            Parts parts,
            DataFolder folder,
            SiteConfig config,
            SiteLog log,
            AuditKeys keys,
            EventSerdes serdes,
            Site site,
            InstantSource clock,
            Metrics metrics) {
        return parts.start(
                "audit",
                () -> {
                    var audit =
                            new AuditApplication(
                                    log.client(),
                                    folder.audit(),
                                    folder.auditKeys(),
                                    keys,
                                    new AuditSettings(config.audit().checkpointEvery()),
                                    new ScrubSettings(
                                            config.audit().scrubRate(),
                                            config.audit().scrubEvery()),
                                    serdes,
                                    site,
                                    clock,
                                    metrics.registry());
                    return Parts.going(audit, audit::start);
                });
    }

    @Provides
    @Singleton
    static Audit audit(Roles roles, Provider<AuditApplication> here) {
        return roles.has(Role.AUDIT) ? here.get().audit() : new Elsewhere();
    }

    /// How the signing of the history is, and the check of the log against it.
    static List<Check> checks(AuditApplication audit) {
        var signing = Check.ofWorker("audit", false, audit::isReady, audit.stopped());
        var checking = Check.ofWorker("scrub", false, () -> true, audit.scrubStopped());
        return List.of(
                audit.held() == null ? signing : Check.waiting("audit", false, audit::held),
                audit.held() != null
                        ? Check.waiting("scrub", false, audit::held)
                        : new Check(
                                "scrub",
                                false,
                                () ->
                                        checking.state().get() == Readiness.State.READY
                                                        && audit.scrubbed().count() > 0
                                                ? Readiness.State.WAITING
                                                : checking.state().get(),
                                () -> {
                                    var failed = checking.detail().get();
                                    return failed.isEmpty()
                                            ? differences(audit.scrubbed())
                                            : failed;
                                }));
    }

    private static String differences(ScrubStatus status) {
        return status.count() == 0
                ? ""
                : "%d differences from the signed history, the first: %s; see millrace audit scrub"
                        .formatted(status.count(), status.differences().getFirst().sentence());
    }

    /// Of a gateway beside which no history is signed.
    private static final class Elsewhere implements Audit {

        @Override
        public Keys keys() throws AuditUnavailable {
            throw elsewhere();
        }

        @Override
        public List<Signed> checkpoints(long below, int limit) throws AuditUnavailable {
            throw elsewhere();
        }

        @Override
        public Evidence bundle(Scope scope, @Nullable Long since) throws AuditUnavailable {
            throw elsewhere();
        }

        @Override
        public Included inclusion(OfPartition tree, long offset, @Nullable Long size)
                throws AuditUnavailable {
            throw elsewhere();
        }

        @Override
        public ConsistencyProof consistency(AuditTree tree, long from, long to)
                throws AuditUnavailable {
            throw elsewhere();
        }

        @Override
        public ScrubStatus scrub() throws AuditUnavailable {
            throw elsewhere();
        }

        private static AuditUnavailable elsewhere() {
            return new AuditUnavailable(
                    "this process does not sign the history; ask the gateway in the process that has"
                            + " the role audit");
        }
    }
}
