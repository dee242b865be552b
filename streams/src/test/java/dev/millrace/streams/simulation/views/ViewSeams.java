package dev.millrace.streams.simulation.views;

import dev.millrace.streams.simulation.log.SimulatedStore;
import dev.millrace.streams.views.fold.Arrivals;
import dev.millrace.streams.views.fold.Fold;
import dev.millrace.streams.views.stores.ViewStores;

/// Where a bug of the views can be planted. As it is, each of these does what a right system does;
/// a subclass that does otherwise is one bug.
public class ViewSeams {

    /// Where nothing is planted.
    public static ViewSeams none() {
        return new ViewSeams();
    }

    /// One partition of a store.
    protected <V> SimulatedStore<V> store(String name) {
        return new SimulatedStore<>(name);
    }

    /// What folds one partition.
    protected Fold fold(String applied, Fold.StoresOfAPartition stores, Arrivals arrivals) {
        return Fold.of(applied, stores).telling(arrivals);
    }

    /// Whether a change of a store is in the transaction of whatever it follows from.
    protected boolean isWrittenInTransaction(String store) {
        return true;
    }

    /// Whether how far an instance has read is committed with what comes of it, and not before.
    protected boolean commitsPositionsWithTheRest() {
        return true;
    }

    /// Whether a store is there again once its partition has moved.
    protected boolean isRestored(String store) {
        return true;
    }

    /// Whether views that are made anew are made of the whole log.
    protected boolean rebuildsFromTheBeginning() {
        return true;
    }

    /// Whether only those records are folded whose transaction is committed.
    protected boolean readsCommittedAlone() {
        return true;
    }

    /// What an instance holds, as it shows it to itself and to others.
    ///
    /// @param arrivals told of what the instance folds
    protected ViewStores held(ViewStores local, Arrivals arrivals) {
        return local;
    }

    /// The stores of all partitions, as the views read them.
    protected ViewStores read(ViewStores stores) {
        return stores;
    }
}
