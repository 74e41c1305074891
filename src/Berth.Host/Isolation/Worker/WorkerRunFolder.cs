using System.Net.Sockets;

namespace Berth.Host.Isolation.Worker;

/// <summary>
/// The folder of one host while it runs: its sockets, and the temporary folders of its workers. Others may pass through it to the
/// broker's socket, which asks for a secret; the workers' own sockets are for the host alone.
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

    /// <summary>A listening socket of a new name.</summary>
    public ListeningSocket Listen()
    {
        var path = System.IO.Path.Combine(Path, $"w{Interlocked.Increment(ref _last)}.sock");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // Under another name first: the framework takes the name that a socket was bound to away when its own copy is closed.
            socket.Bind(new UnixDomainSocketEndPoint(path + "0"));
            File.SetUnixFileMode(path + "0", UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(512);
            File.Move(path + "0", path);
            return new ListeningSocket(socket, path);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_own.IsValueCreated)
            _own.Value.Dispose();
    }
}

/// <summary>A Unix socket that a worker will accept on; the host connects to it by its path.</summary>
internal sealed record ListeningSocket(Socket Socket, string Path) : IDisposable
{
    private bool _isNameKept;

    /// <summary>From now on the name is somebody else's to take away.</summary>
    public void KeepName() => _isNameKept = true;

    /// <summary>Closes the host's copy.</summary>
    public void Dispose()
    {
        Socket.Dispose();
        if (!_isNameKept)
            File.Delete(Path);
    }
}
