package dev.millrace.gateway.audit;

import dev.millrace.domain.audit.Audit.Included;
import dev.millrace.domain.audit.AuditTree;
import dev.millrace.domain.audit.AuditTree.OfPartition;
import dev.millrace.domain.audit.tree.ConsistencyProof;
import dev.millrace.domain.audit.tree.Hash;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;

/// Proofs as the API shows them: under the names of RFC 6962 and RFC 9162, with hashes in base64,
/// as those have them and checkpoints do.
final class ProofJson {

    private ProofJson() {}

    static JsonObject of(OfPartition tree, Included included) {
        var leaf = included.leaf();
        var proof = included.proof();
        return new JsonObject()
                .put("topic", tree.topic())
                .put("partition", tree.partition())
                .put("epoch", included.epoch())
                .put("offset", leaf.offset())
                .put("leaf_index", proof.leafIndex())
                .put("leaf_input", Base64.getEncoder().encodeToString(leaf.encode()))
                .put("leaf_hash", proof.leafHash().base64())
                .put("audit_path", path(proof.path()))
                .put("tree_size", proof.treeSize())
                .put("root_hash", proof.root().base64());
    }

    static JsonObject of(AuditTree tree, ConsistencyProof proof) {
        var json = new JsonObject();
        if (tree instanceof OfPartition(String topic, int partition)) {
            json.put("topic", topic).put("partition", partition);
        }
        return json.put("tree_size_1", proof.formerSize())
                .put("root_hash_1", proof.formerRoot().base64())
                .put("tree_size_2", proof.size())
                .put("root_hash_2", proof.root().base64())
                .put("consistency_path", path(proof.path()));
    }

    private static JsonArray path(List<Hash> hashes) {
        return new JsonArray(hashes.stream().map(Hash::base64).toList());
    }
}
