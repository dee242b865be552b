/// How two peers find a protocol that both speak, as pure state: multistream-select 1.0.
@NullMarked
package dev.millrace.libp2p.negotiation;

import org.jspecify.annotations.NullMarked;
