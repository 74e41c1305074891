namespace Berth.Host.Isolation.Worker;

/// <summary>
/// The folder of one host while it runs: its sockets, and the temporary folders of its workers. Others may pass through it to the
/// broker's socket, which asks for a secret; the workers' own sockets have no names in it that would last.
/// </summary>
internal sealed class WorkerRunFolder(IsolationOptions options) : IDisposable
{
    private readonly Lazy<HostFolder> _own = new(() => HostFolder.Take(options.RunDirectory));
    private int _last;

    /// <summary>Where it is.</summary>
    public string Path => _own.Value.Path;

    /// <summary>Where workers that see the machine's files have their temporary folders, each with one of its own.</summary>
    public string Temporary => RunFolder.Passage(Path, "tmp");

    /// <summary>The socket that workers call.</summary>
    public string Broker => System.IO.Path.Combine(Path, "host.sock");

    /// <summary>A new name for the socket of a worker's way out.</summary>
    public string NetworkSocket() => System.IO.Path.Combine(Path, $"n{Interlocked.Increment(ref _last)}.sock");

    /// <summary>A listening socket for a worker.</summary>
    public ListeningSocket Listen() => ListeningSocket.Bind(System.IO.Path.Combine(Path, $"w{Interlocked.Increment(ref _last)}.sock"));

    public void Dispose()
    {
        if (_own.IsValueCreated)
            _own.Value.Dispose();
    }
}
