package dev.millrace.site.runtime;

import dagger.Module;
import dagger.Provides;
import dev.millrace.domain.audit.Audit;
import dev.millrace.domain.audit.AuditUnavailable;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.config.SiteConfig;
import dev.millrace.site.identity.AuditKeyFiles;
import dev.millrace.site.identity.SiteIdentity;
import dev.millrace.site.role.Role;
import dev.millrace.streams.audit.AuditApplication;
import dev.millrace.streams.audit.AuditKeys;
import dev.millrace.streams.audit.AuditSettings;
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
                "audit keys", () -> AuditKeyFiles.open(folder.auditKeys(), identity.peer()));
    }

    @Provides
    @Singleton
    static AuditApplication application(
            Parts parts,
            DataFolder folder,
            SiteConfig config,
            SiteLog log,
            AuditKeys keys,
            InstantSource clock) {
        return parts.start(
                "audit",
                () -> {
                    var audit =
                            new AuditApplication(
                                    log.client(),
                                    folder.audit(),
                                    keys,
                                    new AuditSettings(config.audit().checkpointEvery()),
                                    clock);
                    return Parts.going(audit, audit::start);
                });
    }

    @Provides
    @Singleton
    static Audit audit(Roles roles, Provider<AuditApplication> here) {
        return roles.has(Role.AUDIT) ? here.get().audit() : new Elsewhere();
    }

    /// Of a gateway beside which no history is signed.
    private static final class Elsewhere implements Audit {

        @Override
        public Keys keys() throws AuditUnavailable {
            throw elsewhere();
        }

        @Override
        public List<Signed> checkpoints(int limit) throws AuditUnavailable {
            throw elsewhere();
        }

        @Override
        public byte[] bundle(Scope scope, @Nullable Long since) throws AuditUnavailable {
            throw elsewhere();
        }

        private static AuditUnavailable elsewhere() {
            return new AuditUnavailable(
                    "this process does not sign the history; ask the gateway in the process that has"
                            + " the role audit");
        }
    }
}
