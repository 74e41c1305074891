namespace Berth.Worker.Protocol;

/// <summary>
/// The protocol between a host and a worker, HTTP/1.1 over Unix sockets. These files are compiled into both ends;
/// docs/worker-protocol.md describes them for everybody else.
/// </summary>
internal static class WorkerProtocol
{
    /// <summary>Raised by a change that one end would misunderstand. Ends of different versions do not talk.</summary>
    public const int Version = 3;

    /// <summary>Descriptor of the socket for the plugin's requests, HTTP/1.1.</summary>
    public const int RequestsDescriptor = 3;

    /// <summary>Descriptor of the socket by which the host asks everything else, HTTP/1.1.</summary>
    public const int ControlDescriptor = 4;

    /// <summary>Descriptor of the socket for requests with large bodies, HTTP/2 with prior knowledge (RFC 9113, 3.3): there a plugin can answer while it still reads.</summary>
    public const int StreamsDescriptor = 5;

    /// <summary>How many descriptors a worker is given, from 3 on.</summary>
    public const int Descriptors = 3;

    /// <summary>Request header, host to worker: the id of the call, by which the worker asks the host for what belongs to its user.</summary>
    public const string CallHeader = "Berth-Call";

    /// <summary>Request header, host to worker: <see cref="WorkerUser"/> as base64url of JSON.</summary>
    public const string UserHeader = "Berth-User";

    /// <summary>Request header, host to worker: the path base of the plugin's endpoints, for example <c>/p/Notes</c>.</summary>
    public const string PathBaseHeader = "Berth-Path-Base";

    /// <summary>Request header, host to worker: the scheme by which the client called.</summary>
    public const string SchemeHeader = "Berth-Scheme";

    /// <summary>Response header, worker to host: the plugin did not answer, and the body is a <see cref="WorkerOutcome"/>.</summary>
    public const string OutcomeHeader = "Berth-Outcome";

    /// <summary>Request header, worker to host: the worker's secret.</summary>
    public const string TokenHeader = "Berth-Worker";

    /// <summary>Every header of the protocol begins with it; those of a client and of a plugin are taken away.</summary>
    public const string HeaderPrefix = "Berth-";

    /// <summary>The worker's exit codes; others are a crash.</summary>
    public static class ExitCodes
    {
        /// <summary>Asked to end, or the host is gone.</summary>
        public const int Asked = 0;

        /// <summary>It was started in a way it does not understand.</summary>
        public const int Usage = 64;

        /// <summary>The host speaks another version of the protocol.</summary>
        public const int Protocol = 65;

        /// <summary>The process could not be hardened as the host asked, so no code of the plugin was loaded.</summary>
        public const int Hardening = 66;
    }
}
