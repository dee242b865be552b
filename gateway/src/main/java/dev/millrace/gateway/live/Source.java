package dev.millrace.gateway.live;

/// What a stream tells, piece by piece. Used on the stream's thread alone.
interface Source {

    /// Puts some of it out, or sees to it that there will be some: [LiveStream#signal] is called
    /// then.
    ///
    /// @return whether there may be more at once
    boolean step();

    /// Where the client goes on from that has all that was put out so far.
    String id();

    /// All that was put out is on its way.
    void drained();

    /// A second has passed.
    void second();

    /// Whether more came than is kept since something was put out last.
    boolean isOvertaken();

    /// Nothing is asked for any more.
    void close();
}
