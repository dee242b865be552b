package dev.millrace.streams.views;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How many standby copies the group of the views' instances keeps of each partition.
///
/// In the group protocol `streams` the brokers assign them, so it is a setting of the group there
/// (KIP-1071) and not of its members; `num.standby.replicas` of a member says nothing.
public final class StandbyReplicas {

    /// The group's setting, which the brokers bound by `group.streams.max.standby.replicas`.
    static final String SETTING = "streams.num.standby.replicas";

    private static final Logger LOG = LoggerFactory.getLogger(StandbyReplicas.class);
    private static final int PATIENCE_SECONDS = 30;

    private StandbyReplicas() {}

    /// Sets it for all instances; the brokers assign them anew if it was another. Where they refuse
    /// or do not answer, the group stays as it is, which is logged: views work without standbys.
    ///
    /// @param applicationId of the generation
    /// @param replicas 0 or more; with fewer other instances, there are as many as those
    public static void provide(Admin admin, String applicationId, int replicas)
            throws InterruptedException {
        var group = new ConfigResource(ConfigResource.Type.GROUP, applicationId);
        var entry = new ConfigEntry(SETTING, Integer.toString(replicas));
        try {
            admin.incrementalAlterConfigs(
                            Map.of(group, List.of(new AlterConfigOp(entry, OpType.SET))))
                    .all()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException refused) {
            LOG.atWarn()
                    .setMessage("The number of standbys of the views could not be set")
                    .addKeyValue("group", applicationId)
                    .addKeyValue("standbys", replicas)
                    .setCause(refused)
                    .log();
        }
    }

    /// Takes the setting of a group back that is gone. Where the brokers refuse, it stays there and
    /// does nothing.
    ///
    /// @param applicationId of the generation
    public static void forget(Admin admin, String applicationId) throws InterruptedException {
        var group = new ConfigResource(ConfigResource.Type.GROUP, applicationId);
        var entry = new ConfigEntry(SETTING, null);
        try {
            admin.incrementalAlterConfigs(
                            Map.of(group, List.of(new AlterConfigOp(entry, OpType.DELETE))))
                    .all()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException refused) {
            LOG.atDebug()
                    .setMessage("The number of standbys of a former group is still set")
                    .addKeyValue("group", applicationId)
                    .setCause(refused)
                    .log();
        }
    }
}
